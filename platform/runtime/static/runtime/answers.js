// The answer to what was typed, put into the form. It never replaces an input that was changed since the question or has the focus,
// and never moves anything while the mouse or a finger is down. What cannot be put in place is asked for once more.
import { changesOf } from "./changes.js";

const WIDGETS = "[data-picker], [data-tags]";
const INPUTS = `${WIDGETS}, input:not([type=hidden]), select, textarea`;
const owing = new WeakSet();

const askAgain = (form) => {
  owing.delete(form);
  form.querySelector("[data-live-trigger]")?.dispatchEvent(new Event("change", { bubbles: true }));
};

// The press of a button counts only when it is let go on the same place.
let pressed = false;
let waiting;

const release = () => {
  pressed = false;
  const form = waiting;
  waiting = undefined;
  if (form?.isConnected) {
    setTimeout(askAgain, 0, form);
  }
};

document.addEventListener("pointerdown", () => { pressed = true; }, true);
["pointerup", "pointercancel", "keydown"].forEach((name) => document.addEventListener(name, release, true));
// A list of choices keeps for itself that the mouse was let go.
document.addEventListener("change", (event) => {
  if (event.target.matches("select")) {
    release();
  }
}, true);
document.addEventListener("pointermove", (event) => {
  if (pressed && event.buttons === 0) {
    release();
  }
}, true);

// The answer may also come after the form was saved or closed: then it has no place any more. The element hears of it alone, off the page.
const isWelcome = (event) => {
  const trigger = event.currentTarget;
  if (trigger.isConnected && pressed) {
    waiting = trigger.closest("form");
  }
  if (!trigger.isConnected || pressed) {
    event.preventDefault();
  }
};

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (elt?.matches("[data-live-trigger]")) {
    owing.delete(elt.closest("form"));
    elt.addEventListener("htmx:beforeOnLoad", isWelcome);
  }
});

document.addEventListener("htmx:afterOnLoad", (event) => {
  const { elt, successful } = event.detail;
  const form = elt?.matches("[data-live-trigger]") && elt.closest("form");
  if (form && successful && !owing.has(form)) {
    changesOf(form).answered();
  }
});

document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.("form[data-live]");
  if (form && owing.has(form)) {
    askAgain(form);
  }
});

const inputsIn = (place) => [...place.querySelectorAll(INPUTS)].filter((input) => !input.parentElement.closest(WIDGETS));
const namesOf = (input) => input.name ? [input.name] : [input.dataset.name, ...[...input.querySelectorAll("[name]")].map((one) => one.name)];
const keyOf = (input) => `${namesOf(input).find(Boolean)} ${["checkbox", "radio"].includes(input.type) ? input.value : ""}`;
const valueOf = (input) => ["checkbox", "radio"].includes(input.type)
  ? String(input.checked)
  : input.value ?? [...input.querySelectorAll("input[type=hidden]")].map((one) => one.value).join("|");

// A list of choices stays open and keeps the focus while its choices follow.
const refresh = (select, fresh) => {
  const { value } = select;
  select.replaceChildren(...fresh.cloneNode(true).children);
  select.value = [...select.options].some((option) => option.value === value) ? value : fresh.value;
};

const sayIn = (target, fragment) => [...fragment.querySelectorAll("[id$='-error'], [id$='-facts']")].forEach((fresh) => {
  target.querySelector(`#${CSS.escape(fresh.id)}`)?.replaceChildren(...fresh.cloneNode(true).childNodes);
});

// Puts everything in place but the inputs in use; whether nothing is left to do.
const merge = (target, fragment, isInUse) => {
  const fresh = new Map(inputsIn(fragment).map((input) => [keyOf(input), input]));
  const inputs = inputsIn(target);
  if (inputs.length !== fresh.size || inputs.some((input) => !fresh.has(keyOf(input)))) {
    return false;
  }
  sayIn(target, fragment);
  return inputs.map((input) => {
    const next = fresh.get(keyOf(input));
    if (input.matches("select:not([multiple])") && !isInUse.changed(input)) {
      refresh(input, next);
    } else if (isInUse.changed(input) || isInUse.focused(input)) {
      return valueOf(input) === valueOf(next);
    } else {
      const copy = next.cloneNode(true);
      input.replaceWith(copy);
      window.htmx.process(copy);
    }
    return true;
  }).every(Boolean);
};

const saysTheSame = (target, fragment) => {
  const holder = document.createElement("div");
  holder.append(...[...fragment.childNodes].map((node) => node.cloneNode(true)));
  return [target.innerHTML, target.outerHTML].some((now) => now.trim() === holder.innerHTML.trim());
};

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const form = target.closest?.("form[data-live]");
  if (!form) {
    return;
  }
  const inputs = inputsIn(target);
  if (inputs.length === 0) {
    // What says the same already is left alone: no flicker, and nothing is read out twice.
    event.detail.shouldSwap = !saysTheSame(target, fragment);
    return;
  }
  const changes = changesOf(form);
  const isInUse = {
    changed: (input) => namesOf(input).some((name) => name && changes.isNewerThanQuestion(name)),
    focused: (input) => input.contains(document.activeElement),
  };
  if (inputs.some((input) => isInUse.changed(input) || isInUse.focused(input))) {
    event.detail.shouldSwap = false;
    if (!merge(target, fragment, isInUse)) {
      owing.add(form);
    }
  }
});
