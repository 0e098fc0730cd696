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

// A field that was named after its words is named after the new ones: the panel is drawn anew, the address and the focus follow.
let focused;
document.addEventListener("builder:renamed", ({ detail: { from, to } }) => {
  const address = new URL(window.location.href);
  if (address.searchParams.get("field") === from) {
    address.searchParams.set("field", to);
    window.history.replaceState(window.history.state, "", address);
  }
  const active = document.activeElement;
  const unit = active?.closest?.("#keywords [data-pointer]");
  const [old, now] = [from, to].map((name) => `/properties/${name.replaceAll(".", "/items/properties/")}`);
  focused = unit && { pointer: unit.dataset.pointer.replace(old, now), name: active.name, value: active.value };
});
document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  if (elt.id === "keywords" && focused) {
    const input = elt.querySelector(`[data-pointer="${CSS.escape(focused.pointer)}"]`)?.querySelector(`[name="${CSS.escape(focused.name)}"]`);
    if (input && "value" in input && !["checkbox", "radio"].includes(input.type)) {
      input.value = focused.value;
    }
    input?.focus();
    focused = undefined;
  }
});

// What is drawn anew leaves open what was open in it.
const opened = new Map();
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  if (target.closest(".keyword-panel")) {
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
