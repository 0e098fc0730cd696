// Cards on boards and in calendars: dragged, moved by their menu, or lifted with the space bar and carried by the arrow keys.
// The server decides; what it refuses goes back to where it was.
import { elementOf } from "../../screens/js/events.js";
import { slide } from "../../screens/js/motion.js";

const dialog = document.getElementById("dialog");
const placeOf = (element) => element.closest("[data-place]");
const boardOf = (element) => element.closest("[data-board]");
const listIn = (place) => place.querySelector("[data-cards]");
const placesOf = (board) => [...board.querySelectorAll("[data-place]")].filter((place) => place.getClientRects().length > 0);
const mayGo = (from, to) => !("goals" in from.dataset) || from === to || JSON.parse(from.dataset.goals).includes(to.dataset.place);

const say = (text) => {
  const said = document.querySelector("[data-cards-said]");
  if (said) {
    said.textContent = text;
  }
};

// One card at a time is on its way; `asking` while the dialog asks for what its step needs.
let going;

const putBack = () => {
  if (going?.card.isConnected && going.list.isConnected) {
    going.list.insertBefore(going.card, going.next?.isConnected ? going.next : null);
    going.card.classList.remove("is-waiting");
  }
  going = undefined;
};

const focusOn = (id) => {
  const active = document.activeElement;
  if (active === document.body || active === null) {
    document.getElementById(`card-${id}`)?.focus({ preventScroll: true });
  }
};

const send = async (card, was, to) => {
  const board = boardOf(card);
  const { card: id } = card.dataset;
  const isBoard = board.dataset.move === "move";
  card.classList.add("is-waiting");
  try {
    await window.htmx.ajax("POST", `${board.dataset.path}/${id}/${board.dataset.move}?${board.dataset.state}`, {
      source: document.getElementById("list"), target: "#list", swap: isBoard ? "none" : "outerHTML", values: { was, to },
    });
  } finally {
    if (!going?.asking) {
      putBack();
    }
    focusOn(id);
  }
};

// From where it lies to another place, at the end of what is there until the server has answered.
const move = (card, to, toPlace) => {
  const from = placeOf(card);
  if (to === from.dataset.place) {
    return;
  }
  going = { card, list: card.parentElement, next: card.nextElementSibling };
  if (toPlace) {
    listIn(toPlace).prepend(card);
  }
  send(card, from.dataset.place, to);
};

document.addEventListener("shuke:ask", ({ detail }) => {
  if (going) {
    going.asking = true;
  }
  window.htmx.ajax("GET", detail.url, { target: "#dialog-body", swap: "innerHTML" });
});
document.addEventListener("shuke:saved", () => {
  going = undefined;
});
dialog?.addEventListener("close", () => {
  if (going?.asking) {
    putBack();
  }
});

// By mouse and by finger

let swallow = false;

const dress = (board, from) => placesOf(board).forEach((place) => place.classList.toggle("is-closed", Boolean(from) && !mayGo(from, place)));

const start = async (root) => {
  const boards = [...root.querySelectorAll?.("[data-board][data-movable]") ?? []];
  if (boards.length === 0) {
    return;
  }
  const { default: Sortable } = await import("../../vendor/sortable/sortable.min.js");
  boards.flatMap((board) => [...board.querySelectorAll("[data-cards]")]).filter((list) => !Sortable.get(list)).forEach((list) => new Sortable(list, {
    group: "cards", draggable: ".is-movable", filter: ".card-menu", preventOnFilter: false, sort: false, animation: slide(120),
    forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4, delay: 160, delayOnTouchOnly: true, scroll: true, bubbleScroll: true,
    ghostClass: "is-ghost", dragClass: "is-dragged",
    onStart: ({ item, from }) => {
      going = { card: item, list: from, next: item.nextElementSibling };
      dress(boardOf(from), placeOf(from));
    },
    onMove: ({ from, to }) => mayGo(placeOf(from), placeOf(to)),
    onEnd: ({ item, from, to }) => {
      dress(boardOf(from));
      swallow = true;
      setTimeout(() => {
        swallow = false;
      }, 0);
      if (from === to) {
        going = undefined;
      } else {
        send(item, placeOf(from).dataset.place, placeOf(to).dataset.place);
      }
    },
  }));
  boards.forEach((board) => board.setAttribute("data-ready", ""));
};

// The click that ends a drag is none.
document.addEventListener("click", (event) => {
  if (swallow && event.target.closest("[data-board]")) {
    event.preventDefault();
    event.stopPropagation();
  }
}, true);

// By the menu of a card

const entry = (place) => {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "menu-entry", textContent: place.dataset.name });
  button.dataset.moveTo = place.dataset.place;
  return button;
};

const fill = (menu) => {
  const panel = menu.querySelector("[data-move-menu]");
  const from = placeOf(menu);
  const form = document.getElementById("move-to-day")?.content.cloneNode(true);
  if (form && "calendar" in boardOf(menu).dataset) {
    form.querySelector("input").value = from.dataset.place;
    panel.replaceChildren(form);
  } else {
    panel.replaceChildren(...placesOf(boardOf(menu)).filter((place) => place !== from && mayGo(from, place)).map(entry));
  }
  // In a box that scrolls the menu would be cut off.
  const { right, bottom } = menu.getBoundingClientRect();
  Object.assign(panel.style, { position: "fixed", left: "auto", right: `${Math.max(8, window.innerWidth - right)}px`, top: `${bottom + 4}px`, bottom: "auto" });
  const box = panel.getBoundingClientRect();
  if (box.bottom > window.innerHeight) {
    panel.style.top = `${Math.max(8, window.innerHeight - box.height - 8)}px`;
  }
  if (box.left < 8) {
    Object.assign(panel.style, { left: "8px", right: "auto" });
  }
};

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.(".card-menu") && event.target.open) {
    fill(event.target);
  }
}, true);
document.addEventListener("scroll", () => document.querySelectorAll(".card-menu[open]").forEach((menu) => {
  menu.open = false;
}), true);

document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-move-to]");
  if (chosen) {
    const card = chosen.closest("[data-card]");
    const { moveTo } = chosen.dataset;
    chosen.closest("details").open = false;
    move(card, moveTo, placesOf(boardOf(card)).find((place) => place.dataset.place === moveTo));
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-move-form]")) {
    event.preventDefault();
    const card = event.target.closest("[data-card]");
    const to = event.target.elements.to.value;
    card.querySelector("details").open = false;
    move(card, to, placesOf(boardOf(card)).find((place) => place.dataset.place === to));
  }
});

// By the keyboard

let lifted;

const aim = (place) => {
  lifted.board.querySelectorAll(".is-goal").forEach((one) => one.classList.remove("is-goal"));
  lifted.goal = place;
  place.classList.add("is-goal");
  place.scrollIntoView({ block: "nearest", inline: "nearest" });
  say(place.dataset.name);
};

const lift = (card) => {
  const from = placeOf(card);
  lifted = { card, board: boardOf(card), from, goal: from };
  card.classList.add("is-lifted");
  say(document.querySelector("[data-cards-said]").dataset.lifted);
};

const letGo = ({ isDropped }) => {
  const { card, board, goal, from } = lifted;
  lifted = undefined;
  card.classList.remove("is-lifted");
  board.querySelectorAll(".is-goal").forEach((one) => one.classList.remove("is-goal"));
  if (isDropped && goal !== from) {
    move(card, goal.dataset.place, goal);
  } else {
    say(document.querySelector("[data-cards-said]").dataset.left);
  }
};

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 };

const carry = (key) => {
  const places = placesOf(lifted.board).filter((place) => mayGo(lifted.from, place));
  const weeks = "calendar" in lifted.board.dataset && (key === "ArrowUp" || key === "ArrowDown") ? 7 : 1;
  const place = places[places.indexOf(lifted.goal) + STEPS[key] * weeks];
  if (place) {
    aim(place);
  }
};

// The next card up or down, or the first in the next place to either side that has one.
const beside = (link, key) => {
  if (key === "ArrowUp" || key === "ArrowDown") {
    const links = [...placeOf(link).querySelectorAll(".card-title-link")];
    return links[links.indexOf(link) + STEPS[key]];
  }
  const places = placesOf(boardOf(link));
  const rest = key === "ArrowLeft" ? places.slice(0, places.indexOf(placeOf(link))).reverse() : places.slice(places.indexOf(placeOf(link)) + 1);
  return rest.map((place) => place.querySelector(".card-title-link")).find(Boolean);
};

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("[data-board] .card-title-link");
  if (!link || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  const isStep = event.key in STEPS;
  if (lifted && (event.key === " " || event.key === "Enter" || event.key === "Escape" || event.key === "Tab")) {
    if (event.key !== "Tab") {
      event.preventDefault();
      event.stopPropagation();
    }
    letGo({ isDropped: event.key === " " || event.key === "Enter" });
  } else if (lifted && isStep) {
    event.preventDefault();
    carry(event.key);
  } else if (event.key === " " && link.closest(".is-movable")) {
    event.preventDefault();
    lift(link.closest("[data-card]"));
  } else if (isStep) {
    const next = beside(link, event.key);
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }
});

// An empty spot of a day begins a new record there.
document.addEventListener("click", (event) => {
  const day = event.target.closest("[data-calendar] [data-new]");
  if (day?.dataset.new && !event.defaultPrevented && !event.target.closest("a, button, summary, input, [data-card]")) {
    window.htmx.ajax("GET", day.dataset.new, { target: "#dialog-body", swap: "innerHTML" });
  }
});

// A board that is drawn anew stays where it was scrolled to.
let scrolled;
document.addEventListener("htmx:beforeSwap", () => {
  const lanes = document.querySelector(".lanes");
  scrolled = lanes ? { left: lanes.scrollLeft, top: lanes.scrollTop } : undefined;
});
document.addEventListener("htmx:afterSwap", () => {
  if (scrolled) {
    document.querySelector(".lanes")?.scrollTo({ ...scrolled, behavior: "instant" });
  }
});

// A card that was put before the others comes once more with its page: that one stands in its place.
const dropDoubles = (lane) => {
  const seen = new Set();
  [...(lane?.querySelectorAll("[data-card]") ?? [])].reverse().forEach((card) => {
    if (seen.has(card.dataset.card)) {
      card.remove();
    }
    seen.add(card.dataset.card);
  });
};

document.addEventListener("htmx:load", (event) => {
  const element = elementOf(event);
  dropDoubles(element.closest(".lane"));
  start(element.parentElement ?? document);
});
start(document);
