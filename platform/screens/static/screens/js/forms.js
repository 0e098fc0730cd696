// Forms are sent once, warn before unsaved changes are lost (`data-guard`), and copy texts (`data-copy`).
import { word } from "./words.js";
import { showToast } from "./toasts.js";

const changed = new WeakSet();
let leaving = false;

const guarded = (element) => element.closest?.("form[data-guard]");
const unsaved = () => [...document.querySelectorAll("form[data-guard]")].some((form) => changed.has(form));

document.addEventListener("input", (event) => {
  const form = guarded(event.target);
  if (form) {
    changed.add(form);
  }
});

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) {
    return;
  }
  const form = event.target;
  changed.delete(form);
  if (form.method === "dialog" || form.matches("[hx-post], [hx-get], [hx-put], [hx-patch], [hx-delete]")) {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.classList.add("is-sending");
});

// A page that comes back from the browser's history must be usable again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.classList.remove("is-sending");
  });
});

// htmx forms: a second click while the first request is under way is dropped.
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (form.tagName !== "FORM") {
    return;
  }
  if (form.dataset.sending && event.detail.requestConfig.verb !== "get") {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (form.tagName !== "FORM") {
    return;
  }
  delete form.dataset.sending;
  if (form.matches("form[data-guard]") && !event.detail.successful) {
    changed.add(form);
  }
  leaving = event.detail.successful && Boolean(event.detail.xhr.getResponseHeader("HX-Redirect"));
});

window.addEventListener("beforeunload", (event) => {
  if (unsaved() && !leaving) {
    event.preventDefault();
    event.returnValue = word("unsaved");
  }
});

document.addEventListener("click", async (event) => {
  const source = event.target.closest("[data-copy]");
  if (source) {
    await navigator.clipboard.writeText(source.dataset.copy);
    showToast(word("copied"));
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) {
    event.target.form.requestSubmit();
  }
});
