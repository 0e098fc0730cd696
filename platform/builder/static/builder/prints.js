// The designer of printed documents: blocks are chosen, dragged, moved by keys, added and removed; every gesture is one request,
// whose answer draws the cards and the panel anew. The pages follow by themselves.
import { slide } from "../screens/js/motion.js";
import { fragmentHeaders } from "../screens/js/requests.js";
import Sortable from "../vendor/sortable/sortable.min.js";

const designer = () => document.getElementById("print-designer");
const chosen = () => document.querySelector(".print-block.is-here");

// What has the focus after the answer, by id, or the card that is chosen then.
let focused;

const swap = { target: "#print-design", swap: "outerHTML" };
const post = (values) => window.htmx.ajax("POST", designer().dataset.blocks, { ...swap, source: designer(), values });
const choose = (pointer, focus) => {
  focused = focus;
  return window.htmx.ajax("GET", designer().dataset.design, { ...swap, source: designer(), values: { block: pointer } });
};

const move = (block, to) => post({ action: "move", block, to });
const beside = (pointer, by) => {
  const parts = pointer.split("/");
  return [...parts.slice(0, -1), Number(parts.at(-1)) + by].join("/");
};

// Where the settings stand below the cards, a tap on a card leads to them; keys go on from card to card.
const narrow = window.matchMedia("(width < 900px)");

document.addEventListener("click", ({ target, detail }) => {
  const button = target.closest?.("[data-choose], [data-add], [data-act]");
  if (!button || !designer()?.contains(button)) {
    return;
  }
  const { choose: pointer, add, at, act, to } = button.dataset;
  if (pointer !== undefined) {
    choose(pointer, narrow.matches && detail > 0 ? "print-panel-title" : button.id);
  } else if (add) {
    focused = "";
    post({ action: "add", type: add, block: at });
  } else {
    focused = act === "move" ? button.id : "";
    post({ action: act, block: chosen().dataset.block, ...(to ? { to } : {}) });
  }
});

document.addEventListener("change", (event) => {
  const { target } = event;
  if (!designer()?.contains(target)) {
    return;
  }
  if (target.matches("[data-add-into]") && target.value) {
    focused = "";
    post({ action: "add", type: target.value, block: target.dataset.addInto });
  } else if (target.matches("[data-goal]") && target.value) {
    focused = "print-goal";
    move(chosen().dataset.block, target.value);
  } else if (target.matches("[data-insert]") && target.value) {
    insert(target);
  }
});

// A field goes where the cursor was in the words; at first into those of the page's language.
let words;
document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.(".print-panel textarea[lang], .print-panel input[lang]")) {
    words = target;
  }
});

const insert = (select) => {
  const all = [...document.querySelectorAll(".print-panel textarea[lang], .print-panel input[lang]")];
  const there = words?.isConnected ? words : all.find(({ lang }) => document.documentElement.lang.startsWith(lang)) ?? all[0];
  if (there) {
    const [from, to] = there === words ? [there.selectionStart, there.selectionEnd] : [there.value.length, there.value.length];
    there.setRangeText(`{{ ${select.value} }}`, from, to, "end");
    there.dispatchEvent(new Event("change", { bubbles: true }));
    there.focus();
  }
  select.value = "";
};

document.addEventListener("keydown", (event) => {
  const block = event.target.closest?.(".print-card")?.closest("[data-block]");
  if (!block || event.ctrlKey || event.metaKey) {
    return;
  }
  const { block: pointer } = block.dataset;
  const step = event.altKey && { ArrowUp: -1, ArrowDown: 2 }[event.key];
  if (step && beside(pointer, step).split("/").at(-1) >= 0 && (step < 0 || block.nextElementSibling)) {
    event.preventDefault();
    focused = "";
    move(pointer, beside(pointer, step));
  } else if (event.key === "Delete") {
    event.preventDefault();
    focused = "print-paper";
    post({ action: "remove", block: pointer });
  }
});

// What the panel writes may change what a card says: the cards are drawn anew, the panel stays as it is.
document.addEventListener("shuke:draft", ({ target }) => {
  if (target.closest?.(".print-panel .keyword-panel") && designer()) {
    fetchCards();
  }
});

const fetchCards = async () => {
  const answer = await fetch(`${designer().dataset.design}?block=${encodeURIComponent(chosen()?.dataset.block ?? "")}`, { headers: fragmentHeaders() });
  const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#print-design > .print-side > .print-blocks");
  const old = document.querySelector("#print-design > .print-side > .print-blocks");
  if (fresh && old) {
    old.replaceWith(document.adoptNode(fresh));
    makeSortable();
  }
};

const makeSortable = () => {
  document.querySelectorAll("#print-design [data-list]").forEach((list) => Sortable.get(list) ?? new Sortable(list, {
    group: "blocks", draggable: ".print-block", animation: slide(120), forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4, swapThreshold: 0.6,
    delay: 160, delayOnTouchOnly: true, ghostClass: "is-ghost", dragClass: "is-dragged",
    onMove: ({ dragged, to }) => !to.matches(".is-inside") || !["columns", "pagebreak"].includes(dragged.dataset.type),
    onEnd: ({ item, from, to, oldDraggableIndex, newDraggableIndex }) => {
      const isSame = from === to;
      if (isSame && oldDraggableIndex === newDraggableIndex) {
        return;
      }
      focused = "";
      move(item.dataset.block, `${to.dataset.list}/${newDraggableIndex + (isSame && newDraggableIndex > oldDraggableIndex ? 1 : 0)}`);
    },
    onAdd: ({ item, to, newDraggableIndex, from }) => {
      if (from.matches("[data-kinds]")) {
        item.remove();
        focused = "";
        post({ action: "add", type: item.dataset.type, block: `${to.dataset.list}/${newDraggableIndex}` });
      }
    },
  }));
  document.querySelectorAll("#print-design [data-kinds]").forEach((list) => Sortable.get(list) ?? new Sortable(list, {
    group: { name: "blocks", pull: "clone", put: false }, sort: false, forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4,
    delay: 160, delayOnTouchOnly: true, ghostClass: "is-ghost", dragClass: "is-dragged",
  }));
};

const opened = () => document.getElementById("print-add")?.open;
let isAdding = false;
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  if (target.id === "print-design") {
    isAdding = opened();
  }
});

document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id !== "print-design") {
    return;
  }
  makeSortable();
  if (focused === undefined) {
    return;
  }
  if (isAdding) {
    document.getElementById("print-add").open = true;
  }
  const wanted = (focused && document.getElementById(focused)) || chosen()?.querySelector(".print-card") || document.getElementById("print-paper");
  (wanted.disabled ? chosen()?.querySelector(".print-card") : wanted)?.focus({ preventScroll: true });
  if (wanted.id === "print-panel-title") {
    wanted.scrollIntoView({ block: "start" });
  }
  focused = undefined;
});

// The page of another document, or this one drawn anew.
document.addEventListener("htmx:load", () => designer() && makeSortable());
makeSortable();
