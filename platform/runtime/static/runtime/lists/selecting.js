// Rows are ticked one by one, in a stretch with Shift, or all that match; then something is done to all of them.
const csrfToken = () => document.querySelector('meta[name="csrf-token"]').content;
let last = null;
let takesAll = false;

const ticks = () => [...document.querySelectorAll("#list [data-tick]")];
const ticked = () => ticks().filter((tick) => tick.checked);
const bar = () => document.querySelector("[data-selection]");

const show = () => {
  const box = bar();
  if (!box) {
    return;
  }
  const chosen = ticked();
  const all = document.querySelector("[data-tick-all]");
  const every = box.querySelector("[data-select-all]");
  box.hidden = chosen.length === 0;
  takesAll = takesAll && chosen.length === ticks().length && chosen.length > 0;
  box.querySelector("[data-selected]").textContent = takesAll ? "" : String(chosen.length);
  box.classList.toggle("takes-all", takesAll);
  every.hidden = chosen.length === 0 || chosen.length < ticks().length;
  every.setAttribute("aria-pressed", String(takesAll));
  if (all) {
    all.checked = chosen.length > 0 && chosen.length === ticks().length;
    all.indeterminate = chosen.length > 0 && !all.checked;
  }
  ticks().forEach((tick) => tick.closest("tr").classList.toggle("is-ticked", tick.checked));
};

const untick = () => {
  takesAll = false;
  ticks().forEach((tick) => {
    tick.checked = false;
  });
  show();
};

const chosenValues = () => (takesAll ? { all: "1" } : { ids: ticked().map((tick) => tick.value).join(",") });

const query = () => {
  const { state } = document.querySelector("table[data-list]").dataset;
  return state ? `?${state}` : "";
};

const openBulk = (way) => {
  window.htmx.ajax("POST", `${bar().dataset.url}/${way}${query()}`, { target: "#dialog-body", swap: "innerHTML", values: chosenValues() });
};

// What is ticked on this page: a file of documents has an end.
const openPrint = (address) => {
  const ids = ticked().map((tick) => `id=${encodeURIComponent(tick.value)}`).join("&");
  window.htmx.ajax("GET", `${address}?${ids}`, { target: "#dialog-body", swap: "innerHTML" });
};

const download = (address) => {
  if (takesAll) {
    window.location.assign(address);
    return;
  }
  const form = Object.assign(document.createElement("form"), { method: "post", action: address, hidden: true });
  Object.entries({ ...chosenValues(), csrf_token: csrfToken() }).forEach(([name, value]) => {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  });
  document.body.append(form);
  form.submit();
  form.remove();
};

document.addEventListener("click", (event) => {
  const tick = event.target.closest("[data-tick]");
  if (tick) {
    const all = ticks();
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(tick)].sort((one, other) => one - other);
      all.slice(from, to + 1).forEach((one) => {
        one.checked = tick.checked;
      });
    }
    last = tick;
    show();
    return;
  }
  const whole = event.target.closest("[data-tick-all]");
  if (whole) {
    ticks().forEach((one) => {
      one.checked = whole.checked;
    });
    show();
  } else if (event.target.closest("[data-select-all]")) {
    takesAll = !takesAll;
    show();
  } else if (event.target.closest("[data-unselect]")) {
    untick();
    document.querySelector("[data-tick-all]")?.focus();
  } else if (event.target.closest("[data-bulk]")) {
    openBulk(event.target.closest("[data-bulk]").dataset.bulk);
  } else if (event.target.closest("[data-print-chosen]")) {
    openPrint(event.target.closest("[data-print-chosen]").dataset.printChosen);
  } else if (event.target.closest("[data-export]")) {
    download(event.target.closest("[data-export]").dataset.export);
  }
});

// A click into the cell around the box ticks it too.
document.addEventListener("click", (event) => {
  const cell = event.target.closest("td.tick");
  if (cell && event.target === cell) {
    event.stopPropagation();
    cell.querySelector("input")?.click();
  }
}, true);

// The key x ticks the row under the cursor of the list.
document.addEventListener("keydown", (event) => {
  const tick = event.key === "x" && document.querySelector("tr.is-current [data-tick]");
  if (tick && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input:not([data-tick]), textarea, select") && !document.querySelector("dialog[open]")) {
    tick.click();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && ticked().length > 0 && !document.querySelector("dialog[open], [data-cell-form]") && !event.target.closest("details[open], input:not([data-tick]), textarea, select")) {
    untick();
  }
});

document.addEventListener("htmx:afterSettle", show);
window.addEventListener("pageshow", show);
