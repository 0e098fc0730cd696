// Lines of a sub-table, worked in like a small spreadsheet: cells by the keyboard, lines added, copied, moved, pasted and taken out.
import { fragmentHeaders } from "../screens/js/requests.js";
import { showToast } from "../screens/js/toasts.js";
import { elementOf, targetOf } from "../screens/js/events.js";

const INPUTS = "input:not([type=hidden]):not([type=file]), select, textarea";
const rowOf = (element) => element.closest?.("tr[data-line]");
const cellOf = (element) => element.closest?.("td[data-column]");
const boxOf = (element) => element.closest?.("[data-lines]");
const inputsOf = (place) => [...place.querySelectorAll(INPUTS)].filter((input) => !input.disabled && input.offsetParent !== null);

const announce = (place) => place.dispatchEvent(new Event("change", { bubbles: true }));

const enter = (input) => {
  input?.focus();
  if (input?.matches("input[type=text], input[type=tel], input[type=email], input[type=url]")) {
    input.select();
  }
  return Boolean(input);
};

const inColumn = (row, column) => row && inputsOf(row.querySelector(`td[data-column="${CSS.escape(column)}"]`) ?? row)[0];

// Adding: the button asks the server for a line with its defaults; where the caret goes then is kept for its answer.
const wanted = new WeakMap();

const addLine = (box, column = "") => {
  const button = box.querySelector(":scope > .lines-bar [data-line-add]");
  if (button && !wanted.has(button)) {
    wanted.set(button, column);
    button.click();
  }
  return Boolean(button);
};

document.addEventListener("htmx:afterRequest", (event) => {
  const button = elementOf(event);
  if (!button.matches("[data-line-add]")) {
    return;
  }
  const column = wanted.get(button) ?? "";
  wanted.delete(button);
  if (event.detail.successful) {
    const added = targetOf(event).lastElementChild;
    setTimeout(() => enter(column ? inColumn(added, column) : inputsOf(added)[0]));
  }
});

// Taking out and moving.
const removeLine = (row) => {
  const box = boxOf(row);
  const table = row.closest("table");
  const column = cellOf(document.activeElement)?.dataset.column;
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  announce(table);
  if (!enter(next && (column ? inColumn(next, column) : inputsOf(next)[0]))) {
    box.querySelector("[data-line-add]")?.focus();
  }
};

const moveLine = (row, by) => {
  const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (other) {
    by < 0 ? other.before(row) : other.after(row);
    announce(row.closest("table"));
  }
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-line-remove], [data-line-up], [data-line-down], [data-related-remove]");
  if (!button) {
    return;
  }
  event.preventDefault();
  if (button.matches("[data-related-remove]")) {
    const line = button.closest("[data-related-line]");
    const place = line.closest("[data-related]");
    line.remove();
    announce(place);
    place.querySelector("[data-line-add]")?.focus();
  } else if (button.matches("[data-line-remove]")) {
    removeLine(rowOf(button));
  } else {
    moveLine(rowOf(button), button.matches("[data-line-up]") ? -1 : 1);
    button.focus();
  }
});

let dragged;

document.addEventListener("dragstart", (event) => {
  if (event.target.matches?.("[data-line-grip]")) {
    dragged = rowOf(event.target);
    dragged.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(dragged, 10, 10);
  }
});

document.addEventListener("dragover", (event) => {
  const row = dragged && rowOf(event.target);
  if (row && row !== dragged && row.parentElement === dragged.parentElement) {
    event.preventDefault();
    const { top, height } = row.getBoundingClientRect();
    event.clientY < top + height / 2 ? row.before(dragged) : row.after(dragged);
  }
});

document.addEventListener("dragend", () => {
  if (dragged) {
    dragged.classList.remove("is-dragged");
    announce(dragged.closest("table"));
    dragged = undefined;
  }
});

// Copying a cell from the line above.
const copyInto = (cell, above) => {
  const values = [...above.querySelectorAll("input, select, textarea")].filter((input) => !input.name?.endsWith("._initial"));
  const inputs = [...cell.querySelectorAll("input, select, textarea")].filter((input) => !input.name?.endsWith("._initial"));
  const named = (input) => input.name === "" || input.name.split(".").length > 1;
  const from = values.filter(named);
  inputs.filter(named).forEach((input, index) => {
    if (input.type === "checkbox" || input.type === "radio") {
      input.checked = from[index]?.checked ?? false;
    } else if (from[index]) {
      input.value = from[index].value;
    }
  });
  const picker = cell.querySelector("[data-picker]");
  if (picker) {
    picker.dispatchEvent(new CustomEvent("shuke:picker-set", { bubbles: true }));
  }
  announce(inputs.filter(named).at(-1) ?? cell);
};

const copyFromAbove = (input) => {
  const cell = cellOf(input);
  const above = rowOf(input).previousElementSibling?.querySelector(`td[data-column="${CSS.escape(cell.dataset.column)}"]`);
  if (above) {
    copyInto(cell, above);
    enter(input);
  }
};

// The keyboard.
const isTextInput = (input) => input.matches("input[type=text], input[type=tel], input[type=email], input[type=url], input:not([type])");
const listIsOpen = (input) => input.matches("[data-picker-text]") && input.getAttribute("aria-expanded") === "true";

const goVertically = (input, by) => {
  const row = rowOf(input);
  return enter(inColumn(by < 0 ? row.previousElementSibling : row.nextElementSibling, cellOf(input).dataset.column));
};

const goSideways = (input, by) => {
  const inputs = inputsOf(rowOf(input));
  return enter(inputs[inputs.indexOf(input) + by]);
};

const onEnter = (input) => {
  if (input.matches("textarea") || listIsOpen(input) || input.matches("[data-picker-text]") && input.value !== "" && !input.closest("[data-picker]").querySelector("[data-picker-value]")?.value) {
    return false;
  }
  return goVertically(input, 1) || addLine(boxOf(input));
};

const atEdge = (input, by) => {
  if (!isTextInput(input)) {
    return false;
  }
  const at = by < 0 ? 0 : input.value.length;
  const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  return all || input.selectionStart === at && input.selectionEnd === at;
};

const isLastCell = (input) => !rowOf(input).nextElementSibling && inputsOf(rowOf(input)).at(-1) === input;
// Whether somebody typed into a line: what it began with by itself does not count, so that Tab leads out of a blank one.
const isFilled = (row) => {
  const begun = JSON.parse(row.querySelector('input[name$="._initial"]')?.value || "{}");
  const isBegun = (input) => {
    const value = begun[cellOf(input).dataset.column] ?? "";
    return input.value === String(value) || value !== "" && Number(input.value) === Number(value);
  };
  return inputsOf(row).some((input) => input.type === "checkbox" ? input.checked : input.value !== "" && input.tagName !== "SELECT" && !isBegun(input));
};

const plain = {
  Enter: onEnter,
  ArrowUp: (input) => isTextInput(input) && !input.matches("[data-picker-text]") && goVertically(input, -1),
  ArrowDown: (input) => isTextInput(input) && !input.matches("[data-picker-text]") && goVertically(input, 1),
  ArrowLeft: (input) => atEdge(input, -1) && goSideways(input, -1),
  ArrowRight: (input) => atEdge(input, 1) && goSideways(input, 1),
  Tab: (input) => isLastCell(input) && isFilled(rowOf(input)) && addLine(boxOf(input)),
};

const withControl = {
  Delete: (input) => { removeLine(rowOf(input)); return true; },
  d: (input) => { copyFromAbove(input); return true; },
};

const react = (event) => {
  const input = event.target;
  if (event.altKey) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by) {
      moveLine(rowOf(input), by);
      input.focus();
    }
    return Boolean(by);
  }
  if (event.ctrlKey || event.metaKey) {
    return (withControl[event.key] ?? withControl[event.key.toLowerCase()])?.(input) ?? false;
  }
  return !event.shiftKey && !event.isComposing && (plain[event.key]?.(input) ?? false);
};

document.addEventListener("keydown", (event) => {
  if (!event.defaultPrevented && event.target.matches?.(INPUTS) && cellOf(event.target) && boxOf(event.target)?.dataset.paste && react(event)) {
    event.preventDefault();
    event.stopPropagation();
  }
});

// A block of cells from a spreadsheet: the server reads it by the types of the fields and gives the lines back.
const paste = async (box, input, text) => {
  const form = box.closest("form");
  const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  body.set("_pasted", text);
  body.set("_at", `${rowOf(input).dataset.line}.${cellOf(input).dataset.column}`);
  if (box.hasAttribute("data-named")) {
    body.set("_named", "1");
  }
  box.classList.add("is-sending");
  try {
    const answer = await fetch(box.dataset.paste, { method: "POST", body, headers: fragmentHeaders() });
    if (!answer.ok) {
      (JSON.parse(answer.headers.get("HX-Trigger") ?? "{}")["shuke:toast"] ?? []).forEach(({ text: said, level }) => showToast(said, level));
      return;
    }
    const { id } = box;
    const target = document.getElementById(`${id}-control`);
    window.htmx.swap(target, await answer.text(), { swapStyle: "outerHTML" }, { eventInfo: { elt: target, target } });
    const lines = document.getElementById(id);
    announce(lines.querySelector("table"));
    enter(lines.querySelector(".is-invalid") ?? inputsOf(lines).at(-1));
  } finally {
    box.classList.remove("is-sending");
  }
};

document.addEventListener("paste", (event) => {
  const box = event.target.matches?.(INPUTS) && cellOf(event.target) && boxOf(event.target);
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (box?.dataset.paste && /[\t\n]/.test(text.replace(/\r?\n$/, ""))) {
    event.preventDefault();
    paste(box, event.target, text);
  }
});
