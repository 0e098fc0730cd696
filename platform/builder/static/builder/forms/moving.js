// Moving parts: dragged with the pointer, lifted with the keyboard, put in from the palette, made wider at their edge.
import { slide } from "../../screens/js/motion.js";
import Sortable from "../../vendor/sortable/sortable.min.js";
import { keys } from "./choosing.js";
import { canvas, gripOf, isShown, kept, nodeOf, nodes, page, post, say, word } from "./page.js";

let lifted;

// Sections and tabs stand beside each other; fields stand in sections, and may be put beside those too.
const fits = (container, kind) => {
  const around = container.closest(".node")?.dataset.kind;
  return !(["section", "tab"].includes(kind) && ["section", "columns"].includes(around));
};

const kindOf = (item) => (item.matches(".offer-item, .offer, li") ? (item.querySelector(".offer")?.dataset.kind === "part" ? item.querySelector(".offer").dataset.value : "field") : item.dataset.kind);

const place = (item, container) => {
  let next = item.nextElementSibling;
  while (next && (!next.matches(".node, [role=tab]") || kept.chosen.includes(next.dataset.key))) {
    next = next.nextElementSibling;
  }
  return { into: container.dataset.nodes ?? "", before: next?.dataset.key ?? "" };
};

const chosenWith = (item) => (kept.chosen.includes(item.dataset.key) ? kept.chosen : [item.dataset.key]);

const moved = ({ item, to, from, oldIndex, newIndex }) => {
  document.body.classList.remove("is-dragging");
  if (to !== from || oldIndex !== newIndex) {
    kept.focus = item.dataset.key;
    post("move", { ...place(item, to), chosen: chosenWith(item).join(",") });
  }
};

export const add = (offer, where = {}) => {
  kept.label = offer.dataset.kind === "type" ? "label" : "";
  return post("add", { kind: offer.dataset.kind, value: offer.dataset.value, ...where });
};

const added = ({ item, to }) => {
  document.body.classList.remove("is-dragging");
  if (to.matches("[data-nodes]")) {
    add(item.querySelector(".offer"), place(item, to));
  }
};

const started = ({ item }) => {
  document.body.classList.add("is-dragging");
  if (item.dataset.key && kept.chosen.length > 1 && kept.chosen.includes(item.dataset.key)) {
    document.querySelectorAll(".form-drag").forEach((ghost) => ghost.setAttribute("data-count", kept.chosen.length));
  }
};

const common = {
  animation: slide(140), forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4, fallbackClass: "form-drag", ghostClass: "form-ghost", delay: 160, delayOnTouchOnly: true,
  onStart: started,
};

export const prepare = () => {
  canvas().querySelectorAll("[data-nodes]").forEach((container) => {
    const isTabs = container.dataset.nodes === "" && canvas().querySelector("[role=tablist]");
    container.dataset.empty = container.dataset.nodes === "" ? word("wordEmptyForm") : word("wordEmpty");
    if (!isTabs) {
      Sortable.create(container, {
        ...common, draggable: ".node", filter: ".node-edge", preventOnFilter: false, emptyInsertThreshold: 16, swapThreshold: .6, invertSwap: true,
        group: { name: "parts", put: (to, _from, item) => fits(to.el, kindOf(item)) }, onEnd: moved,
      });
    }
  });
  const tabs = canvas().querySelector("[role=tablist]");
  if (tabs) {
    Sortable.create(tabs, { ...common, draggable: "[role=tab]", direction: "horizontal", onEnd: (event) => moved({ ...event, item: event.item, to: tabs, from: event.from, oldIndex: event.oldIndex, newIndex: event.newIndex }) });
  }
  document.querySelectorAll("#form-add .offer-list").forEach((list) => {
    if (!Sortable.get(list)) {
      Sortable.create(list, { ...common, sort: false, draggable: "li", group: { name: "parts", pull: "clone", put: false }, onEnd: added });
    }
  });
};

// A tab opens while something is held over it.
let waiting;
document.addEventListener("pointermove", (event) => {
  if (!document.body.classList.contains("is-dragging")) {
    return;
  }
  const tab = document.elementsFromPoint(event.clientX, event.clientY).find((one) => one.matches("#form-canvas [role=tab]"));
  if (tab?.id !== waiting?.id) {
    window.clearTimeout(waiting?.timer);
    waiting = tab && tab.getAttribute("aria-selected") !== "true" ? { id: tab.id, timer: window.setTimeout(() => window.dispatchEvent(new CustomEvent("builder:open-tab", { detail: tab })), 450) } : undefined;
  }
});

// Wider and narrower at the edge.
document.addEventListener("pointerdown", (event) => {
  const edge = event.target.closest?.(".node-edge");
  if (!edge) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  const node = edge.closest(".node");
  const container = node.parentElement;
  const columns = Number(container.closest(".node")?.dataset.columns) || 1;
  const column = container.getBoundingClientRect().width / columns;
  const { left } = node.getBoundingClientRect();
  let width = 0;
  const move = (moving) => {
    width = Math.max(1, Math.min(columns, Math.round((moving.clientX - left) / column)));
    node.style.gridColumn = `span ${width}`;
    node.classList.add("is-resizing");
  };
  const done = () => {
    document.removeEventListener("pointermove", move);
    node.classList.remove("is-resizing");
    if (width) {
      kept.focus = node.dataset.key;
      post("resize", { chosen: node.dataset.key, value: width });
    }
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", done, { once: true });
}, true);
document.addEventListener("mousedown", (event) => event.target.closest?.(".node-edge") && event.stopPropagation(), true);

// Lifted with Space: the arrows move the part through all places where it fits, Space puts it down, Escape gives up.
const containers = (kind) => [...canvas().querySelectorAll("[data-nodes]")].filter((one) => (
  fits(one, kind) && isShown(one) && (["section", "tab"].includes(kind) || one.closest(".node"))
));

const where = (name) => {
  const container = lifted.node.parentElement;
  const siblings = [...container.children].filter((one) => one.matches(".node"));
  const around = container.closest(".node")?.dataset.name ?? word("wordForm");
  return word(name, { name: lifted.node.dataset.name, place: siblings.indexOf(lifted.node) + 1, count: siblings.length, around });
};

const lift = (node) => {
  lifted = { node, parent: node.parentElement, next: node.nextSibling };
  node.classList.add("is-lifted");
  say(where("wordLifted"));
};

const shift = (down) => {
  const { node } = lifted;
  const container = node.parentElement;
  const siblings = [...container.children].filter((one) => one.matches(".node"));
  const other = siblings[siblings.indexOf(node) + (down ? 1 : -1)];
  if (other) {
    container.insertBefore(node, down ? other.nextSibling : other);
  } else {
    const all = containers(node.dataset.kind).filter((one) => !node.contains(one));
    const next = all[all.indexOf(container) + (down ? 1 : -1)];
    if (!next) {
      return;
    }
    next.insertBefore(node, down ? next.firstChild : null);
  }
  gripOf(node).focus();
  say(where("wordMoved"));
};

const drop = (isGivenUp) => {
  const { node, parent, next } = lifted;
  const { name, key } = node.dataset;
  node.classList.remove("is-lifted");
  const isMoved = node.parentElement !== parent || node.nextSibling !== next;
  lifted = undefined;
  if (isGivenUp) {
    parent.insertBefore(node, next);
    gripOf(node).focus();
    say(word("wordGivenUp", { name }));
  } else {
    say(word("wordDropped", { name }));
    if (isMoved) {
      kept.focus = key;
      post("move", { ...place(node, node.parentElement), chosen: key });
    }
  }
};

document.addEventListener("keydown", (event) => {
  const node = event.target.closest?.(".node-grip")?.closest(".node");
  if (!node) {
    return;
  }
  if (lifted) {
    const step = { ArrowDown: true, ArrowRight: true, ArrowUp: false, ArrowLeft: false }[event.key];
    if (step !== undefined) {
      shift(step);
    } else if ([" ", "Enter"].includes(event.key)) {
      drop(false);
    } else if (["Escape", "Tab"].includes(event.key)) {
      drop(true);
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  } else if (event.key === " " && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    lift(node);
  } else if (keys(event, node)) {
    event.stopImmediatePropagation();
  }
});

// A key on a handle has done its work when it goes down.
document.addEventListener("keyup", (event) => event.key === " " && event.target.closest?.(".node-grip") && event.preventDefault());
document.addEventListener("htmx:beforeSwap", () => {
  lifted = undefined;
  page()?.querySelectorAll("[style]").forEach((styled) => styled.removeAttribute("style"));
});

export const focusKept = () => {
  const node = kept.focus && nodeOf(kept.focus);
  if (node) {
    gripOf(node)?.focus({ preventScroll: false });
  }
};

export const isNodeFocused = () => nodes().some((node) => gripOf(node) === document.activeElement) || document.activeElement === document.body;
export const formName = () => page().dataset.form;
