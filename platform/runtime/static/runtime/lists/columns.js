// Columns: drawn wider or narrower at the edge of their heading, sorted together with Shift, chosen and ordered in the dialog.
import { goTo } from "./ways.js";

const NARROWEST = 40;
const WIDEST = 1200;

const applyWidths = () => {
  document.querySelectorAll("table[data-list]").forEach((table) => {
    const isWide = window.matchMedia("(width > 700px)").matches;
    const columns = [...table.querySelectorAll("col")];
    columns.forEach((column) => {
      column.style.width = isWide && column.dataset.width ? `${column.dataset.width}px` : "";
    });
    table.querySelectorAll("thead th").forEach((heading) => {
      const column = columns[heading.cellIndex];
      heading.style.minWidth = isWide && column?.dataset.width ? `${column.dataset.width}px` : "";
      heading.style.maxWidth = heading.style.minWidth;
    });
  });
};

// One heading's edge is dragged; let go, the address of the list says the new width.
let drag = null;

document.addEventListener("pointerdown", (event) => {
  const edge = event.target.closest("[data-column-edge]");
  if (!edge) {
    return;
  }
  event.preventDefault();
  const heading = edge.closest("th");
  const column = heading.closest("table").querySelectorAll("col")[heading.cellIndex];
  drag = { heading, column, from: event.clientX, width: heading.offsetWidth };
  edge.setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", (event) => {
  if (drag) {
    drag.column.dataset.width = String(Math.round(Math.min(WIDEST, Math.max(NARROWEST, drag.width + event.clientX - drag.from))));
    applyWidths();
  }
});

document.addEventListener("pointerup", () => {
  if (!drag) {
    return;
  }
  const { heading } = drag;
  drag = null;
  const table = heading.closest("table");
  const columns = table.querySelectorAll("col");
  const chosen = [...table.querySelectorAll("thead th[data-column]")].map((one) => {
    const { width } = columns[one.cellIndex].dataset;
    return width ? `${one.dataset.column}~${width}` : one.dataset.column;
  });
  const address = new URLSearchParams(table.dataset.state);
  address.set("cols", chosen.join(","));
  goTo(`${table.dataset.path}?${String(address).replaceAll("%2C", ",").replaceAll("%7E", "~")}`);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-also]");
  if (event.target.closest("[data-column-edge]")) {
    event.preventDefault();
    event.stopPropagation();
  } else if (link && event.shiftKey) {
    event.preventDefault();
    event.stopPropagation();
    window.getSelection().removeAllRanges();
    goTo(link.dataset.also);
  }
}, true);

// The dialog: a ticked field goes up to those that are shown; these change places by dragging, by their arrows or by Alt and an arrow key.
const lineOf = (element) => element.closest("[data-column]");

const place = (line) => {
  const form = line.closest("[data-columns]");
  if (line.querySelector("[name=column]").checked) {
    form.querySelector("[data-chosen]").append(line);
  } else {
    form.querySelector("[data-others]")?.prepend(line);
  }
};

const step = (line, by) => {
  const beside = by < 0 ? line.previousElementSibling : line.nextElementSibling;
  if (beside) {
    by < 0 ? beside.before(line) : beside.after(line);
  }
};

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-columns] [name=column]")) {
    place(lineOf(event.target));
    event.target.focus();
  }
});

document.addEventListener("click", (event) => {
  const way = event.target.closest("[data-column-up], [data-column-down]");
  if (way) {
    step(lineOf(way), way.matches("[data-column-up]") ? -1 : 1);
    way.focus();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.altKey && event.target.closest("[data-chosen]") && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    step(lineOf(event.target), event.key === "ArrowUp" ? -1 : 1);
    event.target.focus();
  }
});

let carried = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-chosen] [data-grip]");
  if (grip) {
    event.preventDefault();
    carried = lineOf(grip);
    carried.classList.add("is-carried");
  }
});

document.addEventListener("pointermove", (event) => {
  if (!carried) {
    return;
  }
  const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-chosen] [data-column]");
  if (under && under !== carried) {
    const box = under.getBoundingClientRect();
    event.clientY > box.top + box.height / 2 ? under.after(carried) : under.before(carried);
  }
});

document.addEventListener("pointerup", () => {
  carried?.classList.remove("is-carried");
  carried = null;
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-column-search]")) {
    return;
  }
  const wanted = event.target.value.trim().toLowerCase();
  event.target.form.querySelectorAll(".column-group").forEach((group) => {
    const lines = [...group.querySelectorAll("[data-column]")];
    lines.forEach((line) => {
      line.hidden = wanted !== "" && !line.textContent.toLowerCase().includes(wanted);
    });
    group.hidden = lines.every((line) => line.hidden);
    if (wanted !== "") {
      group.open = true;
    }
  });
});

// What is cut off is told when the pointer rests on it.
document.addEventListener("mouseover", (event) => {
  const cell = event.target.closest?.("table[data-list] :is(td, tbody th)");
  if (cell && !cell.title && cell.scrollWidth > cell.clientWidth) {
    cell.title = cell.textContent.trim();
  }
});

document.addEventListener("htmx:afterSettle", applyWidths);
window.addEventListener("resize", applyWidths);
applyWidths();
