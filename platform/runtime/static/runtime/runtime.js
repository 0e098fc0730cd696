// Starts what lists, records and forms need; each module looks after one thing.
import "./rows.js";
import "./live.js";
import "./answers.js";
import "./mistakes.js";
import "./lines.js";
import "./picker.js";
import "./drafts.js";
import "./dialogs.js";
import "./record.js";
import "./tags.js";
import "./tabs.js";
import "./upload.js";
import "./printing.js";
