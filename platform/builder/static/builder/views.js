// The designer of views: a column is drawn wider or narrower at the edge of its heading; fields to add are searched.
const NARROWEST = 40;
const WIDEST = 1200;

const applyWidths = () => {
  document.querySelectorAll("table[data-preview-list]").forEach((table) => {
    const columns = [...table.querySelectorAll("col")];
    table.querySelectorAll("thead th").forEach((heading) => {
      const { width } = columns[heading.cellIndex].dataset;
      columns[heading.cellIndex].style.width = width ? `${width}px` : "";
      heading.style.minWidth = width ? `${width}px` : "";
      heading.style.maxWidth = heading.style.minWidth;
    });
  });
};

let drag;

document.addEventListener("pointerdown", (event) => {
  const edge = event.target.closest("[data-width-edge]");
  if (edge) {
    event.preventDefault();
    const heading = edge.closest("th");
    drag = { heading, column: heading.closest("table").querySelectorAll("col")[heading.cellIndex], from: event.clientX, width: heading.offsetWidth };
    edge.setPointerCapture(event.pointerId);
  }
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
  const { heading, column } = drag;
  drag = undefined;
  const { view } = heading.closest("[data-view]").dataset;
  if (column.dataset.width) {
    window.htmx.ajax("POST", `/build/views/${view}/columns`, {
      source: document.getElementById("view-columns"), target: "#view-columns", swap: "outerHTML", values: { action: "width", path: heading.dataset.path, width: column.dataset.width },
    });
  }
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-offered-search]")) {
    return;
  }
  const wanted = event.target.value.trim().toLowerCase();
  event.target.closest(".view-add").querySelectorAll(".view-offered").forEach((group) => {
    const entries = [...group.querySelectorAll("li")];
    entries.forEach((entry) => {
      entry.hidden = wanted !== "" && !entry.textContent.toLowerCase().includes(wanted);
    });
    group.hidden = entries.every((entry) => entry.hidden);
    if (wanted !== "") {
      group.open = true;
    }
  });
});

document.addEventListener("htmx:afterSettle", applyWidths);
applyWidths();
