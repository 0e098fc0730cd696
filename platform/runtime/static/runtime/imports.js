// A file is dropped on the field.
import { takeDropped } from "../screens/js/dropping.js";

takeDropped(document.getElementById("import-drop"), document.getElementById("file"), document.getElementById("import-chosen"));
