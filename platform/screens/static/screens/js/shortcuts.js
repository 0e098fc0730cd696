// The keyboard: elements say `data-key="n"` to be pressed with a single key, when nobody is typing.
const SEQUENCE_MS = 900;
const dialog = document.getElementById("shortcuts");
let leader = "";

const isTyping = (element) => element.closest("input, textarea, select, [contenteditable], .ts-wrapper") !== null;
const visible = (element) => element.getClientRects().length > 0;

const press = (key) => {
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(visible);
  target?.click();
  return Boolean(target);
};

const save = () => {
  const form = document.querySelector("dialog[open] form:not([method=dialog])") ?? document.querySelector("form[data-guard]");
  form?.requestSubmit(form.querySelector("[data-save]") ?? undefined);
  return Boolean(form);
};

const react = (event) => {
  if (event.key === "?") {
    dialog.showModal();
    return true;
  }
  if (event.key === "/") {
    document.getElementById("search")?.focus();
    return true;
  }
  if (leader === "g" && event.key === "h") {
    window.location.assign("/");
    return true;
  }
  leader = event.key.length === 1 ? event.key.toLowerCase() : "";
  setTimeout(() => { leader = ""; }, SEQUENCE_MS);
  return event.key.length === 1 && press(event.key.toLowerCase());
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    if (save()) {
      event.preventDefault();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) {
    return;
  }
  if (react(event)) {
    event.preventDefault();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcuts]")) {
    dialog.showModal();
  }
});
