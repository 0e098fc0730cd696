// What lists need beside their rows; each module looks after one thing.
import "./selecting.js";
import "./editing.js";
import "./columns.js";
import "./groups.js";
import "./tabs.js";
import "./cards.js";
import "./conditions.js";
