// Short messages at the edge of the page, from the page itself or from an answer's `shuke:toast` event. One may offer a way
// back (`undo`, an address that is posted to), a way on (`link`), or something to try again (`action`).
import { word } from "./words.js";

const STAY_MS = 6000;
const STAY_WITH_WAY_MS = 12000;
const box = () => document.getElementById("toasts");

// A modal dialog lies above everything but a popover that was opened later.
const raise = () => {
  if (box().matches(":popover-open")) {
    box().hidePopover();
  }
  box().showPopover();
};

const button = (label, className) => {
  const made = Object.assign(document.createElement("button"), { type: "button", className, textContent: label });
  return made;
};

// The time runs only while nobody is looking at the message or has the focus in it.
const leaveLater = (toast, stay) => {
  let timer;
  const wait = () => { timer = setTimeout(() => toast.remove(), stay); };
  const stop = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("pointerleave", () => toast.contains(document.activeElement) || wait());
  toast.addEventListener("focusout", wait);
  wait();
};

const wayOf = (toast, { undo, link, action }) => {
  if (undo) {
    const way = button(word("undo"), "toast-way");
    way.setAttribute("hx-post", undo);
    way.setAttribute("hx-swap", "none");
    way.addEventListener("htmx:afterRequest", (event) => event.detail.successful && toast.remove());
    return way;
  }
  if (link) {
    return Object.assign(document.createElement("a"), { className: "toast-way", href: link, textContent: word("open") });
  }
  if (action) {
    const way = button(action.label, "toast-way");
    way.addEventListener("click", () => { toast.remove(); action.act(); });
    return way;
  }
  return null;
};

export const showToast = (text, level = "success", ways = {}) => {
  const toast = document.createElement("div");
  toast.className = `toast-line toast-${level}`;
  const words = Object.assign(document.createElement("div"), { className: "toast-words", textContent: text });
  const way = wayOf(toast, ways);
  const close = button("×", "toast-close");
  close.setAttribute("aria-label", word("close"));
  close.addEventListener("click", () => toast.remove());
  toast.append(words, ...(way ? [way] : []), close);
  if (level === "danger") {
    toast.setAttribute("role", "alert");
  } else {
    leaveLater(toast, way ? STAY_WITH_WAY_MS : STAY_MS);
  }
  raise();
  box().append(toast);
  window.htmx?.process(toast);
  return toast;
};

const say = (said) => said.forEach(({ text, level, undo, link }) => showToast(text, level, { undo, link }));

document.addEventListener("shuke:toast", (event) => {
  say(Array.isArray(event.detail) ? event.detail : event.detail.value ?? []);
});

say(JSON.parse(box().dataset.toasts ?? "[]"));
