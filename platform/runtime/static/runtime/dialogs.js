// Forms in the dialog: one that is opened from within another waits below it, and the larger form takes over what was typed.
import { elementOf } from "../screens/js/events.js";

const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
const waiting = [];

// A new record for a picker inside the dialog: the form that is being filled in steps aside, with all that stands in it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const button = elementOf(event);
  event.detail.requestConfig.isWithin = body?.contains(button) && button.matches("[data-picker-create]");
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target === body && event.detail.requestConfig?.isWithin && event.detail.xhr.status < 400) {
    const aside = document.createDocumentFragment();
    aside.append(...body.childNodes);
    waiting.push(aside);
  }
});

const comeBack = () => {
  const aside = waiting.pop();
  if (aside) {
    body.replaceChildren(aside);
  }
  return Boolean(aside);
};

const instead = (event) => {
  if (waiting.length > 0) {
    event.preventDefault();
    event.stopImmediatePropagation();
    comeBack();
  }
};

window.addEventListener("shuke:close-dialog", instead, true);
window.addEventListener("click", (event) => {
  if (event.target.closest?.("#dialog [data-close-dialog]")) {
    instead(event);
  }
}, true);
dialog?.addEventListener("cancel", instead);
dialog?.addEventListener("close", () => waiting.splice(0));

// The whole form of what the quick one begins.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-full-form]");
  if (!button) {
    return;
  }
  const full = Object.assign(document.createElement("form"), { method: "post", action: button.dataset.fullForm, hidden: true });
  const own = new Set(["_dialog", "_form", "_box", "_do"]);
  const add = (name, value) => full.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  [...new FormData(button.form)].filter(([name, value]) => !own.has(name) && typeof value === "string").forEach(([name, value]) => add(name, value));
  add("_do", "show");
  body.replaceChildren();
  document.body.append(full);
  full.submit();
});

// A form begins at its first input, in the dialog and on a page for a new record.
const first = (form) => form?.querySelector(".controls :is(input:not([type=hidden]), select, textarea):not([readonly], [disabled])");

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target === body && event.detail.xhr?.status < 400) {
    first(body.querySelector("form"))?.focus();
  }
});

const fresh = document.querySelector("form#form[data-live]:not(:has(input[name=_id], .said-box))");
if (fresh && document.activeElement === document.body && !window.matchMedia("(pointer: coarse)").matches) {
  first(fresh)?.focus({ preventScroll: true });
}
