// Starts what every page has; each module looks after one thing.
import "./toasts.js";
import "./requests.js";
import "./confirm.js";
import "./dialog.js";
import "./menus.js";
import "./forms.js";
import "./shortcuts.js";
import "./appearance.js";
import "./progress.js";
import "./files.js";
import "./scrolling.js";
import "./install.js";
