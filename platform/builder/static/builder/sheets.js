// Files for an app are dropped on the field; while they are being read, the page says so.
import { takeDropped } from "../screens/js/dropping.js";

takeDropped(document.getElementById("sheets-drop"), document.getElementById("sheets-file"), document.getElementById("sheets-chosen"));
document.getElementById("sheets-bring").addEventListener("submit", (event) => {
  event.target.querySelector(".sheets-reading").hidden = false;
});
