// Forms are sent once and only when they can arrive, warn before unsaved changes are lost (`data-guard`), and copy texts (`data-copy`).
import { word } from "./words.js";
import { showToast } from "./toasts.js";
import { ask } from "./confirm.js";
import { away } from "./away.js";
import { renewToken, signInAgain } from "./session.js";
import { elementOf } from "./events.js";

const changed = new WeakSet();
let leaving = false;

const GUARDED = "form:is([data-guard], [data-guard-quiet])";
const guarded = (element) => element.closest?.(GUARDED);
const isByHtmx = (form) => form.matches("[hx-post], [hx-get], [hx-put], [hx-patch], [hx-delete]");
const isSignedIn = document.body.classList.contains("with-shell");
export const unsaved = (root = document) => [...root.querySelectorAll(GUARDED)].some((form) => changed.has(form));

// By its button: htmx sends along what was clicked last in a form, and that may have been another one.
export const send = (form) => {
  const save = form.querySelector("[data-save]");
  if (save) {
    save.click();
  } else {
    form.requestSubmit();
  }
};

const buttonOf = (form, submitter) => submitter ?? form.querySelector("[data-save], button[type=submit]:not(.visually-hidden)");

const setBusy = (form, submitter, isBusy) => {
  form.classList.toggle("is-sending", isBusy);
  const button = isBusy ? buttonOf(form, submitter) : form.querySelector(".is-busy");
  button?.classList.toggle("is-busy", isBusy);
  button?.toggleAttribute("aria-disabled", isBusy);
};

const release = (form) => {
  delete form.dataset.sent;
  setBusy(form, undefined, false);
};

document.addEventListener("input", (event) => {
  const form = guarded(event.target);
  if (form) {
    changed.add(form);
  }
});

// A plain form leaves the page, and with it what was typed: so it is sent only when the server answers and the session lives.
const sendIfItArrives = async (form, submitter) => {
  const send = () => {
    form.dataset.checked = "yes";
    delete form.dataset.sent;
    form.requestSubmit(submitter?.isConnected ? submitter : undefined);
  };
  try {
    if (await renewToken()) {
      send();
      return;
    }
    release(form);
    signInAgain(send);
  } catch {
    release(form);
    away(send);
  }
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  // What answers with a file leaves the page where it is, so that it can be sent again.
  if (event.defaultPrevented || form.method === "dialog" || isByHtmx(form) || form.hasAttribute("data-download")) {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setBusy(form, event.submitter, true);
  if (isSignedIn && form.method === "post" && !form.target && !form.hasAttribute("data-plain") && !form.dataset.checked) {
    event.preventDefault();
    sendIfItArrives(form, event.submitter);
    return;
  }
  delete form.dataset.checked;
  changed.delete(form);
  form.dispatchEvent(new CustomEvent("shuke:sent", { bubbles: true }));
});

// A page that comes back from the browser's history must be usable again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

// htmx forms: a second click while the first request is under way is dropped.
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = elementOf(event);
  if (form.tagName !== "FORM") {
    return;
  }
  if (form.dataset.sending && event.detail.requestConfig.verb !== "get") {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  if (event.detail.requestConfig.verb !== "get") {
    setBusy(form, event.detail.requestConfig.triggeringEvent?.submitter, true);
  }
});

// Before the answer is followed, which may lead away.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = elementOf(event);
  const { xhr, requestConfig } = event.detail;
  if (form.tagName === "FORM" && requestConfig.verb !== "get" && xhr.status < 400) {
    changed.delete(form);
    leaving = Boolean(xhr.getResponseHeader("HX-Redirect"));
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = elementOf(event);
  if (form.tagName === "FORM") {
    delete form.dataset.sending;
    setBusy(form, undefined, false);
  }
});

// What a refused form comes back with has not been saved either.
document.addEventListener("htmx:afterSettle", (event) => {
  const form = elementOf(event);
  if (form.matches(GUARDED) && event.detail.xhr?.status >= 400) {
    changed.add(form);
  }
});

window.addEventListener("beforeunload", (event) => {
  if (unsaved() && !leaving) {
    event.preventDefault();
    event.returnValue = word("unsaved");
  }
});

// A dialog with changes asks before Escape takes them away.
document.addEventListener("cancel", async (event) => {
  const dialog = event.target;
  if (dialog.matches?.("dialog") && dialog.id !== "confirm" && unsaved(dialog)) {
    event.preventDefault();
    if (await ask(word("discard"))) {
      dialog.close();
    }
  }
}, true);

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
