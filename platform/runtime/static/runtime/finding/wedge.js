// Scanners that type: many keys in quick succession, then Enter. Nobody types so, and single keys go on as they were.
import { go, pick } from "./going.js";

const GAP_MS = 80;
const FEWEST = 4;
const PAUSE_MS = 400;
const TYPED = "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=reset]), textarea, select, [contenteditable], .ts-wrapper, [role=grid], [role=listbox]";

let held = [];
let timer;
let startedAt = 0;
let releasedAt = -PAUSE_MS;
let quick = { input: null, count: 0, at: 0 };

const typing = (element) => element.closest?.(TYPED) ?? null;

// The keys of a person: what listens to them gets them after all.
const release = () => {
  clearTimeout(timer);
  const keys = held;
  held = [];
  releasedAt = keys.length > 0 ? performance.now() : releasedAt;
  keys.forEach(({ target, key }) => {
    const place = target.isConnected ? target : document.body;
    place.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
};

const hold = (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  startedAt = held.length === 0 ? performance.now() : startedAt;
  held.push({ target: event.target, key: event.key });
  clearTimeout(timer);
  timer = setTimeout(release, GAP_MS);
};

// Inside an input the keys arrive as always; only their pace is watched, so that Enter can be told from a person's.
const watch = (event, input) => {
  const isNext = quick.input === input && event.timeStamp - quick.at < GAP_MS;
  if (event.key === "Enter") {
    const scanned = isNext && quick.count >= FEWEST;
    quick = { input: null, count: 0, at: 0 };
    if (scanned && input.matches("[data-picker-text]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      pick(input, input.value.trim());
    } else if (scanned && input.matches("[data-scannable]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  } else if (event.key.length === 1) {
    quick = { input, count: isNext ? quick.count + 1 : 1, at: event.timeStamp };
  }
};

window.addEventListener("keydown", (event) => {
  if (!event.isTrusted || event.isComposing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const input = typing(event.target);
  if (input) {
    watch(event, input);
  } else if (document.querySelector("dialog[open]")) {
    release();
  } else if (event.key === "Enter" && held.length > 0) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (held.length >= FEWEST) {
      const code = held.map(({ key }) => key).join("");
      clearTimeout(timer);
      held = [];
      // The end of a code that was interrupted could be the whole code of something else.
      if (startedAt - releasedAt > PAUSE_MS) {
        go(code.trim());
      }
    } else {
      release();
    }
  } else if (event.key.length === 1 && (event.key !== " " || held.length > 0)) {
    hold(event);
  } else if (event.key !== "Shift") {
    release();
  }
}, true);
