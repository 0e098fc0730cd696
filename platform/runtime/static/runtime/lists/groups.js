// Groups open and close; their rows come when they are opened for the first time.
import { elementOf } from "../../screens/js/events.js";

const rowsOf = (toggle) => document.getElementById(toggle.getAttribute("aria-controls"));

const set = (toggle, isOpen) => {
  const rows = rowsOf(toggle);
  toggle.setAttribute("aria-expanded", String(isOpen));
  rows.hidden = !isOpen;
  if (isOpen) {
    window.htmx.trigger(rows, "shuke:open");
  }
};

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-group]");
  if (toggle) {
    set(toggle, toggle.getAttribute("aria-expanded") !== "true");
  }
  const all = event.target.closest("[data-groups]");
  if (all) {
    document.querySelectorAll("[data-group]").forEach((one) => set(one, all.dataset.groups === "open"));
  }
});

// By which stretch of time is asked for dates only.
const showPart = (form) => {
  const part = form.querySelector("[data-group-part]");
  part.hidden = !form.dataset.dates.split(" ").includes(form.querySelector("[data-group-by]").value);
};

const showParts = (root) => root.querySelectorAll?.("[data-group-form]").forEach(showPart);

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-group-by]")) {
    showPart(event.target.form);
  }
});
document.addEventListener("htmx:load", (event) => showParts(elementOf(event).parentElement ?? document));
showParts(document);
