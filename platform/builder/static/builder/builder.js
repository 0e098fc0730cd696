// The builder's pages: every request says which revision of the draft the page shows, and of what; Ctrl+Z and Ctrl+Y undo and redo;
// a page that shows an older state is drawn anew (`shuke:redraw`).
document.addEventListener("htmx:configRequest", (event) => {
  const { revision, place } = document.getElementById("draft-bar")?.dataset ?? {};
  if (revision && !("_revision" in event.detail.parameters)) {
    event.detail.headers["X-Draft-Revision"] = revision;
  }
  if (place) {
    event.detail.headers["X-Draft-Place"] = place;
  }
});

// Where the page stays as it is, the part that shows the document is fetched again; the place on the page is kept.
export const redraw = () => window.htmx.ajax("GET", window.location.pathname + window.location.search, {
  target: "#workshop-page", select: "#workshop-page", swap: "outerHTML",
});

document.addEventListener("shuke:redraw", redraw);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-redraw]")) {
    event.preventDefault();
    window.location.reload();
  }
});

// Where something is typed, the browser's own undo is meant.
const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) {
    return;
  }
  const key = event.key.toLowerCase();
  const wanted = key === "z" && !event.shiftKey ? "draft-undo" : key === "y" || (key === "z" && event.shiftKey) ? "draft-redo" : undefined;
  const button = wanted && document.getElementById(wanted);
  if (button && !button.disabled) {
    event.preventDefault();
    button.click();
  }
});

// A field that was named after its words is named after the new ones: the address follows, and so do the places of its inputs.
let moved = ["", ""];
document.addEventListener("builder:renamed", ({ detail: { from, to } }) => {
  const address = new URL(window.location.href);
  if (address.searchParams.get("field") === from) {
    address.searchParams.set("field", to);
    window.history.replaceState(window.history.state, "", address);
  }
  moved = [from, to].map((name) => `/properties/${name.replaceAll(".", "/items/properties/")}`);
});

// Who goes on typing while an answer is awaited loses neither words nor place: what was typed since goes into the new inputs and is sent.
const TYPED = "[data-pointer] :is(input[type=text], textarea)[name]";
let typed = [];
let focused;

const placeOf = (input) => ({ pointer: input.closest("[data-pointer]").dataset.pointer.replace(...moved), name: input.name, value: input.value });
const isSent = (input, { elt, parameters } = {}) => elt === input.closest("[data-pointer]") && [parameters?.[input.name]].flat().includes(input.value);

document.addEventListener("htmx:beforeSwap", ({ detail: { target, requestConfig } }) => {
  const inputs = [...document.querySelectorAll(TYPED)].filter((one) => target.contains(one.closest("[data-pointer]")));
  const active = document.activeElement;
  typed = inputs.filter((one) => one.value !== one.defaultValue && !isSent(one, requestConfig)).map(placeOf);
  focused = active?.name && active.closest("[data-pointer]") && target.contains(active) ? placeOf(active) : undefined;
  moved = ["", ""];
});

const found = (root, { pointer, name }) => {
  const unit = root.dataset?.pointer === pointer ? root : root.querySelector?.(`[data-pointer="${CSS.escape(pointer)}"]`);
  return unit?.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`);
};

document.addEventListener("htmx:afterSwap", ({ detail: { elt } }) => {
  const place = focused && found(elt, focused);
  if (place) {
    focused = undefined;
    place.focus();
  }
  typed = typed.filter((one) => {
    const input = found(elt, one);
    if (!input || input.value === one.value) {
      return !input;
    }
    input.value = one.value;
    const say = () => input.dispatchEvent(new Event("change", { bubbles: true }));
    if (input === document.activeElement) {
      input.addEventListener("blur", say, { once: true });
      input.addEventListener("change", () => input.removeEventListener("blur", say), { once: true });
    } else {
      window.setTimeout(say);
    }
    return false;
  });
});

// What is drawn anew leaves open what was open in it.
const opened = new Map();
document.addEventListener("htmx:beforeSwap", ({ detail: { target, requestConfig } }) => {
  if (target.closest(".keyword-panel, .sheets-sheet") || requestConfig?.elt.matches(".app-menu-form")) {
    opened.set(target.id, [...target.querySelectorAll("details[id][open]")].map(({ id }) => id));
  }
});
document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  (opened.get(elt.id) ?? []).forEach((id) => {
    const details = document.getElementById(id);
    if (details) {
      details.open = true;
    }
  });
  opened.delete(elt.id);
});
