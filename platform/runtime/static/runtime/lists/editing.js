// Writing in the list: a double click, Enter or F2 turns a cell into its input. In the writing mode the arrow keys go from cell to cell.
import { targetOf } from "../../screens/js/events.js";

const WAIT_MS = 240;

const table = () => document.querySelector("table[data-list]");
const isOn = () => table()?.classList.contains("is-writing") ?? false;
const cellsOf = (row) => [...row.querySelectorAll("[data-edit]")];
const rowsOf = () => [...document.querySelectorAll("table[data-list] tr[data-href]")].filter((row) => row.getClientRects().length > 0);
let wanted = false;

const dress = () => {
  const grid = table();
  const button = document.querySelector("[data-edit-mode]");
  button?.setAttribute("aria-pressed", String(wanted));
  if (!grid) {
    return;
  }
  grid.classList.toggle("is-writing", wanted);
  const cells = [...grid.querySelectorAll("tbody [data-edit]")];
  const current = cells.find((cell) => cell.tabIndex === 0) ?? cells[0];
  cells.forEach((cell) => {
    if (wanted) {
      cell.tabIndex = cell === current ? 0 : -1;
    } else {
      cell.removeAttribute("tabindex");
    }
  });
};

const turn = (on) => {
  wanted = on;
  dress();
};

const focusOn = (cell) => {
  if (!cell) {
    return;
  }
  turn(true);
  document.querySelectorAll("table[data-list] [data-edit][tabindex='0']").forEach((one) => {
    one.tabIndex = -1;
  });
  cell.tabIndex = 0;
  cell.focus();
};

const before = new WeakMap();

const open = (cell) => {
  if (cell.querySelector("[data-cell-form]")) {
    return;
  }
  turn(true);
  before.set(cell, [...cell.childNodes]);
  const { state } = cell.closest("table").dataset;
  const address = `${cell.closest("tr").dataset.href}/cell/${cell.dataset.edit}${state ? `?${state}` : ""}`;
  window.htmx.ajax("GET", address, { source: cell, target: cell, swap: "innerHTML" });
};

const close = (cell) => {
  cell.classList.remove("is-open");
  cell.replaceChildren(...(before.get(cell) ?? []));
  focusOn(cell);
};

const beside = (cell, down, right) => {
  const row = cell.closest("tr");
  if (down !== 0) {
    const rows = rowsOf();
    return rows[rows.indexOf(row) + down]?.querySelector(`[data-edit="${cell.dataset.edit}"]`);
  }
  const cells = cellsOf(row);
  const next = cells[cells.indexOf(cell) + right];
  if (next) {
    return next;
  }
  const rows = rowsOf();
  return cellsOf(rows[rows.indexOf(row) + right] ?? document.createElement("tr")).at(right > 0 ? 0 : -1);
};

// After a row was drawn anew, the cursor goes on from where it was.
let goOn = null;

const remember = (cell, ahead) => {
  const next = ahead ? beside(cell, 0, ahead) : cell;
  goOn = next ? { row: next.closest("tr").dataset.href, name: next.dataset.edit, opens: Boolean(ahead) } : null;
};

document.addEventListener("htmx:afterSwap", (event) => {
  const cell = targetOf(event).closest("[data-edit]");
  const form = cell?.querySelector("[data-cell-form]");
  if (form) {
    cell.classList.add("is-open");
    const input = form.querySelector("[data-picker-text], select, textarea, input:not([type=hidden])");
    input?.focus();
    input?.select?.();
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  dress();
  if (goOn && !document.querySelector("[data-cell-form]") && !targetOf(event).matches("[data-edit]")) {
    const cell = document.querySelector(`tr[data-href="${CSS.escape(goOn.row)}"] [data-edit="${CSS.escape(goOn.name)}"]`);
    const { opens } = goOn;
    goOn = null;
    focusOn(cell);
    if (cell && opens) {
      open(cell);
    }
  }
});

document.addEventListener("submit", (event) => {
  const cell = event.target.matches("[data-cell-form]") && event.target.closest("[data-edit]");
  if (cell && !goOn) {
    remember(cell, 0);
  }
}, true);

document.addEventListener("htmx:responseError", (event) => {
  if (targetOf(event).closest("[data-edit]")) {
    goOn = null;
  }
});

const inForm = (event, form) => {
  const cell = form.closest("[data-edit]");
  const isListOpen = form.querySelector(".picker-list")?.childElementCount > 0;
  if (event.key === "Escape" && !isListOpen) {
    event.preventDefault();
    event.stopPropagation();
    close(cell);
  } else if (event.key === "Tab" && !event.target.matches("button")) {
    event.preventDefault();
    remember(cell, event.shiftKey ? -1 : 1);
    form.requestSubmit();
  } else if (event.key === "Enter" && !event.defaultPrevented && !event.target.matches("button, textarea")) {
    event.preventDefault();
    form.requestSubmit();
  }
};

const ARROWS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-cell-form]");
  if (form) {
    inForm(event, form);
    return;
  }
  const cell = event.target.matches?.("table[data-list] [data-edit]") ? event.target : null;
  if (cell && isOn() && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      event.stopImmediatePropagation();
      open(cell);
    } else if (event.key in ARROWS) {
      event.preventDefault();
      event.stopImmediatePropagation();
      focusOn(beside(cell, ...ARROWS[event.key]));
    } else if (event.key === "Escape") {
      event.stopImmediatePropagation();
      turn(false);
      document.querySelector("[data-edit-mode]")?.focus();
    }
  } else if (event.key === "F2" && table() && document.querySelector("[data-edit]")) {
    event.preventDefault();
    const row = document.querySelector("tr.is-current") ?? rowsOf()[0];
    focusOn(row && cellsOf(row)[0]);
  }
}, true);

// A click on a row leads to the record. Where one can write, it waits a moment whether a second click follows.
let pending;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-edit-mode]");
  if (button) {
    turn(!wanted);
    if (wanted) {
      focusOn(document.querySelector("table[data-list] tbody [data-edit]"));
    }
    return;
  }
  if (event.target.closest("[data-cell-cancel]")) {
    close(event.target.closest("[data-edit]"));
    return;
  }
  const cell = event.target.closest("table[data-list] [data-edit]");
  if (cell && isOn() && event.target.closest("a") && !event.ctrlKey && !event.metaKey) {
    event.preventDefault(); // where one writes, a click on a link chooses its cell
    event.stopPropagation();
    focusOn(cell);
    return;
  }
  if (!cell || event.target.closest("a, button, input, label, select, textarea, form")) {
    return;
  }
  event.stopPropagation();
  clearTimeout(pending);
  if (isOn()) {
    focusOn(cell);
  } else if (event.detail < 2 && String(window.getSelection()) === "") {
    const leave = { href: cell.closest("tr").dataset.href, isNew: event.ctrlKey || event.metaKey };
    pending = setTimeout(() => (leave.isNew ? window.open(leave.href, "_blank", "noopener") : window.location.assign(leave.href)), WAIT_MS);
  }
}, true);

document.addEventListener("dblclick", (event) => {
  const cell = event.target.closest("table[data-list] [data-edit]");
  if (cell && !event.target.closest(isOn() ? "button, input, form" : "a, button, input, form")) {
    clearTimeout(pending);
    window.getSelection().removeAllRanges();
    open(cell);
  }
});
