// Starts what every page has; each module looks after one thing.
import "./requests.js";
import "./toasts.js";
import "./confirm.js";
import "./dialog.js";
import "./menus.js";
import "./forms.js";
import "./shortcuts.js";
import "./appearance.js";
