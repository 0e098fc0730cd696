// The keyboard, when nobody is typing: elements say `data-key="n"` to be pressed with a single key; the list of keys (`#shortcuts`)
// says with `data-sequence` where two keys lead. J and K walk through rows as the arrow keys do.
import { ask } from "./confirm.js";
import { send, unsaved } from "./forms.js";
import { word } from "./words.js";

const SEQUENCE_MS = 1200;
const ARROWS = { j: "ArrowDown", k: "ArrowUp" };
const dialog = document.getElementById("shortcuts");
let leader = "";
let forgetting;

const isTyping = (element) => element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
const visible = (element) => element.getClientRects().length > 0;

const press = (key) => {
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(visible);
  target?.click();
  return Boolean(target);
};

const save = () => {
  const form = document.querySelector("dialog[open]:not(#panel) form:not([method=dialog])") ?? document.querySelector("form[data-guard]");
  if (form) {
    send(form);
  }
  return Boolean(form);
};

const go = async (address) => {
  if (!unsaved() || await ask(word("discard"))) {
    window.location.assign(address);
  }
};

const jump = (keys) => {
  const place = dialog?.querySelector(`[data-sequence="${CSS.escape(keys)}"]`);
  if (place) {
    go(place.dataset.address);
  }
  return Boolean(place);
};

const focusSearch = () => {
  const field = document.getElementById("search");
  field?.focus();
  field?.select();
  return Boolean(field);
};

const follow = (key) => {
  const keys = leader + key;
  leader = key;
  clearTimeout(forgetting);
  forgetting = setTimeout(() => { leader = ""; }, SEQUENCE_MS);
  if (keys.length === 2 && jump(keys)) {
    leader = "";
    return true;
  }
  return press(key);
};

const react = (event) => {
  const key = event.key.toLowerCase();
  if (key === "?") {
    dialog?.showModal();
    return Boolean(dialog);
  }
  if (key === "/") {
    return focusSearch();
  }
  if (ARROWS[key]) {
    return !event.target.dispatchEvent(new KeyboardEvent("keydown", { key: ARROWS[key], bubbles: true, cancelable: true }));
  }
  return key.length === 1 && follow(key);
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) {
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    save();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog:modal")) {
    return;
  }
  if (react(event)) {
    event.preventDefault();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcuts]")) {
    dialog?.showModal();
  } else if (event.target.closest("[data-go-search]")) {
    event.preventDefault();
    focusSearch();
  }
});
