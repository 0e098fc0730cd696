// Lines of a sub-table: taken out and moved in the page; adding one asks the server.
const rowOf = (element) => element.closest("tr[data-line]");

const announce = (table) => table.dispatchEvent(new Event("change", { bubbles: true }));

const moveLine = (row, step) => {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (other) {
    step < 0 ? other.before(row) : other.after(row);
    announce(row.closest("table"));
  }
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-line-remove], [data-line-up], [data-line-down]");
  const row = button && rowOf(button);
  if (!row) {
    return;
  }
  event.preventDefault();
  if (button.matches("[data-line-remove]")) {
    const table = row.closest("table");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    announce(table);
    (next?.querySelector("input:not([type=hidden]), select") ?? table.closest("[data-lines]").querySelector("[data-line-add]"))?.focus();
  } else {
    moveLine(row, button.matches("[data-line-up]") ? -1 : 1);
    button.focus();
  }
});

document.addEventListener("keydown", (event) => {
  const row = event.altKey && rowOf(event.target);
  if (row && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    moveLine(row, event.key === "ArrowUp" ? -1 : 1);
    event.target.focus();
  }
});

// A new line is ready to be typed into.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.matches?.("[data-line-add]") && event.detail.successful) {
    const added = event.detail.target.querySelector("tr[data-line]:last-of-type");
    setTimeout(() => added?.querySelector("input:not([type=hidden]), select, textarea")?.focus());
  }
});
