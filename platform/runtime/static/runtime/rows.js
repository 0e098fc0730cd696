// Rows lead to their record: by a click anywhere, and by the arrow keys and Enter.
const current = () => document.querySelector("[data-rows] .is-current");
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const rows = () => [...document.querySelectorAll("[data-rows] tbody tr:not(.group-head tr, .group-more, .group-waiting), ul[data-rows] li")].filter((row) => row.getClientRects().length > 0);
const addressOf = (row) => row.dataset.href ?? row.querySelector("a")?.href;

const isTyping = (element) => element.closest("input, textarea, select, [contenteditable], dialog[open], details[open]") !== null;

const go = (event, address) => {
  if (event.ctrlKey || event.metaKey) {
    window.open(address, "_blank", "noopener");
  } else {
    window.location.assign(address);
  }
};

document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  const isSelecting = String(window.getSelection()) !== "";
  if (row && !isSelecting && !event.defaultPrevented && !event.target.closest("a, button, input, label, select")) {
    const panelled = row.querySelector("a[data-panel]");
    if (panelled && !event.ctrlKey && !event.metaKey) {
      panelled.click();
    } else {
      go(event, row.dataset.href);
    }
  }
});

const move = (step) => {
  const all = rows();
  if (all.length === 0) {
    return false;
  }
  const at = all.indexOf(current());
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))];
  current()?.classList.remove("is-current");
  next.classList.add("is-current");
  next.scrollIntoView({ block: "nearest" });
  return true;
};

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target) || document.querySelector("dialog:modal")) {
    return;
  }
  if (event.key in STEPS) {
    if (rows().length > 0 && move(STEPS[event.key])) {
      event.preventDefault();
    }
  } else if (event.key === "Enter" && current() && event.target.closest("a, button") === null) {
    go(event, addressOf(current()));
  }
});
