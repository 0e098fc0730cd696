// Lists whose entries are put in order by dragging, or by keys: `data-arrange` is where a move is posted to, as `number` and `to`.
import { slide } from "../screens/js/motion.js";
import Sortable from "../vendor/sortable/sortable.min.js";

const PICKED = "is-lifted";
let lifted;

const entries = (list) => [...list.querySelectorAll(":scope > [data-number]")];

const say = (list, name, entry) => {
  const all = entries(list);
  const words = list.dataset[name].replace("{name}", entry.dataset.name).replace("{place}", all.indexOf(entry) + 1).replace("{count}", all.length);
  list.parentElement.querySelector("[data-arrange-said]").textContent = words;
};

const post = (list, entry, to) => {
  const number = Number(entry.dataset.number);
  if (number === to) {
    return;
  }
  const id = entry.querySelector("[data-handle]")?.id.replace(/\d+$/, String(to));
  window.htmx.ajax("POST", list.dataset.arrange, { source: list, target: list.dataset.arrangeTarget, swap: "outerHTML", values: { action: "move", number, to } }).then(() => {
    document.getElementById(id)?.focus();
  });
};

const prepare = (root) => {
  const found = root.matches?.("[data-arrange]") ? [root] : root.querySelectorAll("[data-arrange]");
  for (const list of found) {
    list.sortable ??= Sortable.create(list, {
      handle: "[data-handle]", draggable: "[data-number]", animation: slide(120), ghostClass: PICKED, onEnd: ({ item, newDraggableIndex }) => post(list, item, newDraggableIndex),
    });
  }
};

const putBack = ({ list, entry, order }) => {
  order.forEach((one) => list.append(one));
  entry.classList.remove(PICKED);
};

const keys = {
  ArrowUp: ({ entry }) => entry.previousElementSibling?.before(entry),
  ArrowDown: ({ entry }) => entry.nextElementSibling?.after(entry),
  Home: ({ list, entry }) => list.prepend(entry),
  End: ({ list, entry }) => list.append(entry),
};

document.addEventListener("keydown", (event) => {
  const handle = event.target.closest?.("[data-arrange] [data-handle]");
  const list = handle?.closest("[data-arrange]");
  if (!list) {
    return;
  }
  const entry = handle.closest("[data-number]");
  if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    if (lifted) {
      const to = entries(list).indexOf(entry);
      entry.classList.remove(PICKED);
      say(list, "saidDropped", entry);
      lifted = undefined;
      post(list, entry, to);
    } else {
      lifted = { list, entry, handle, order: entries(list) };
      entry.classList.add(PICKED);
      say(list, "saidLifted", entry);
    }
  } else if (lifted?.entry === entry && event.key === "Escape") {
    event.preventDefault();
    putBack(lifted);
    say(list, "saidGivenUp", entry);
    lifted = undefined;
    handle.focus();
  } else if (lifted?.entry === entry && keys[event.key]) {
    event.preventDefault();
    keys[event.key](lifted);
    handle.focus();
    say(list, "saidMoved", entry);
  }
});

// Who goes elsewhere has given up. Moving an element takes the focus for a moment; then it comes back.
document.addEventListener("focusin", (event) => {
  if (lifted && event.target !== lifted.handle) {
    putBack(lifted);
    lifted = undefined;
  }
});

document.addEventListener("htmx:load", ({ detail }) => prepare(detail.elt));
prepare(document.body);
