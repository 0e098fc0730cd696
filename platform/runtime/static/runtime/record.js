// The page of a record: its tabs, parts that come when they are opened, histories of values, and what is fresh after saving.
import { elementOf, targetOf } from "../screens/js/events.js";

const narrow = window.matchMedia("(width <= 1100px)");
const page = () => document.querySelector("[data-record]");
const tabs = () => [...document.querySelectorAll("[data-record-tabs] [role=tab]")];
const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
const isPart = (name) => name === "overview" || name === "timeline";

const load = (panel) => {
  const url = panel.dataset.load;
  if (url) {
    delete panel.dataset.load;
    window.htmx.ajax("GET", url, { target: panel, swap: "innerHTML" });
  }
};

// On wide screens fields and timeline are always there, and one of the other tabs is open; on narrow ones one part of all is seen.
const show = (name, { focus = false, keep = false } = {}) => {
  const chosen = tabs().find((tab) => tab.dataset.part === name);
  if (!chosen) {
    return;
  }
  const open = isPart(name) ? tabs().find((tab) => !isPart(tab.dataset.part) && !panelOf(tab).hidden) : chosen;
  page().dataset.view = isPart(name) ? name : "tab";
  tabs().forEach((tab) => {
    const isChosen = narrow.matches ? tab === chosen : tab === open;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    if (!isPart(tab.dataset.part)) {
      panelOf(tab).hidden = tab !== open;
    }
  });
  if (open && (chosen === open || !narrow.matches)) {
    load(panelOf(open));
  }
  if (keep) {
    const address = new URL(window.location.href);
    address.searchParams.set("tab", name);
    window.history.replaceState(window.history.state, "", address);
  }
  if (focus) {
    chosen.focus();
  }
};

const current = () => {
  const view = page().dataset.view;
  return isPart(view) ? view : tabs().find((tab) => !isPart(tab.dataset.part) && !panelOf(tab).hidden)?.dataset.part ?? "overview";
};

const plainClick = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-record-tabs] [role=tab]");
  const figure = event.target.closest("[data-open-part]");
  if (tab && plainClick(event)) {
    event.preventDefault();
    show(tab.dataset.part, { keep: true });
  } else if (figure && plainClick(event) && tabs().some((one) => partOf(figure) === one.dataset.part)) {
    event.preventDefault();
    show(partOf(figure), { focus: true, keep: true });
    document.getElementById("record-tabs").scrollIntoView({ block: "nearest" });
  }
});

// A figure names a list, or the balance whose movements explain it.
const partOf = (figure) => {
  const name = figure.dataset.openPart;
  return tabs().some((tab) => tab.dataset.part === name) ? name : `movements-${name}`;
};

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[data-record-tabs] [role=tab]");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (tab && step) {
    event.preventDefault();
    const seen = tabs().filter((one) => one.offsetParent !== null);
    show(seen[(seen.indexOf(tab) + step + seen.length) % seen.length].dataset.part, { focus: true, keep: true });
  }
});

narrow.addEventListener("change", () => page() && show(current()));

const prepare = () => {
  if (page() && !page().dataset.ready && tabs().length > 0) {
    page().dataset.ready = "yes";
    show(current());
  }
};

document.addEventListener("htmx:load", prepare);
document.addEventListener("DOMContentLoaded", prepare);
prepare();

// The history of a value opens in the dialog.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-value-history]");
  const body = button?.closest("[data-history]");
  if (body) {
    window.htmx.ajax("GET", body.dataset.history + button.dataset.valueHistory, { target: "#dialog-body", swap: "innerHTML" });
  }
});

// A code enlarges in the dialog, to be read by a scanner from the screen.
document.addEventListener("click", (event) => {
  const code = event.target.closest("[data-enlarge]");
  const body = document.getElementById("dialog-body");
  if (code && body) {
    const shown = document.createElement("div");
    shown.className = "code-large";
    const title = document.createElement("h2");
    title.id = "dialog-title";
    title.className = "dialog-title";
    title.textContent = code.dataset.enlarge;
    const ways = document.createElement("div");
    ways.className = "code-ways";
    const [print, close] = [code.dataset.print, code.dataset.close].map((label) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = label;
      ways.append(button);
      return button;
    });
    print.dataset.printCode = "";
    close.dataset.closeDialog = "";
    shown.append(code.querySelector("svg").cloneNode(true), title, ways);
    body.replaceChildren(shown);
    document.getElementById("dialog").showModal();
    close.focus();
  } else if (event.target.closest("[data-print-code]")) {
    window.print();
  }
});

// One of two boxes above the timeline.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-switch-to]");
  const box = button?.closest("[data-switch]");
  if (box) {
    box.querySelectorAll("[data-switch-to]").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    box.querySelectorAll("[data-switched]").forEach((part) => {
      part.hidden = part.id !== button.dataset.switchTo;
    });
    box.querySelector("[data-switched]:not([hidden]) :is(textarea, input:not([type=hidden]), select)")?.focus();
  }
});

// Long texts of a timeline open by a click on them, or by Enter.
const clipped = (root) => {
  root.querySelectorAll?.("[data-clip]:not([data-measured])").forEach((clip) => {
    clip.dataset.measured = "yes";
    if (clip.scrollHeight > clip.clientHeight + 2) {
      const more = document.createElement("button");
      more.type = "button";
      more.className = "link-button";
      more.textContent = page()?.dataset.more ?? "…";
      more.addEventListener("click", () => {
        clip.classList.add("is-open");
        more.remove();
      });
      clip.after(more);
    }
  });
};

document.addEventListener("htmx:afterSettle", (event) => clipped(elementOf(event).parentElement ?? document));

// After something was saved in a dialog or in a list: fresh figures and counts, the list it belongs to, and the timeline.
const freshen = async () => {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok || !page()) {
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  ["record-head", "part-overview"].forEach((id) => {
    const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && next) {
      old.replaceChildren(...next.childNodes);
      window.htmx.process(old);
    }
  });
  tabs().forEach((tab) => {
    const next = fresh.getElementById(tab.id);
    if (next) {
      tab.replaceChildren(...next.childNodes);
    }
  });
};

const reload = (entity) => {
  document.querySelectorAll(".related[data-entity]").forEach((list) => {
    if (!entity || list.dataset.entity === entity) {
      window.htmx.trigger(list, "shuke:reload");
    }
  });
  const timeline = document.getElementById("timeline");
  if (timeline) {
    window.htmx.trigger(timeline, "shuke:reload");
  }
  freshen();
};

["shuke:saved", "shuke:created"].forEach((name) => {
  document.addEventListener(name, (event) => page() && reload(event.detail?.entity));
});

// Writing in a related list: a button in the cell brings its input, Escape brings the value back.
const written = new WeakMap();

const closeCell = (cell) => {
  cell.classList.remove("is-open");
  cell.replaceChildren(...(written.get(cell) ?? []));
  cell.querySelector("[data-cell-open]")?.focus();
};

document.addEventListener("click", (event) => {
  const cell = event.target.closest(".related [data-cell-open]")?.closest("[data-edit]");
  if (cell) {
    written.set(cell, [...cell.childNodes]);
    const place = encodeURIComponent(cell.closest("[data-place]").dataset.place);
    window.htmx.ajax("GET", `${cell.closest("tr").dataset.href}/cell/${cell.dataset.edit}?related=${place}`, { source: cell, target: cell, swap: "innerHTML" });
  }
});

// Before the lists' own way of writing, which goes on to the next cell of its table.
window.addEventListener("click", (event) => {
  const cell = event.target.closest?.(".related [data-cell-cancel]")?.closest("[data-edit]");
  if (cell) {
    event.stopImmediatePropagation();
    closeCell(cell);
  }
}, true);

window.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".related [data-cell-form]");
  const isListOpen = form?.querySelector(".picker-list")?.childElementCount > 0;
  if (form && (event.key === "Tab" || (event.key === "Escape" && !isListOpen))) {
    event.stopImmediatePropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      closeCell(form.closest("[data-edit]"));
    }
  }
}, true);

document.addEventListener("htmx:afterSwap", (event) => {
  const cell = targetOf(event);
  const input = cell.matches(".related [data-edit]") && cell.querySelector("[data-picker-text], select, textarea, input:not([type=hidden])");
  if (input) {
    input.focus();
    input.select?.();
  }
});

document.addEventListener("shuke:written", () => {
  const timeline = document.getElementById("timeline");
  if (page() && timeline) {
    window.htmx.trigger(timeline, "shuke:reload");
    freshen();
  }
});

// Several rows at once: all of a page, and buttons that need one.
const count = (form) => {
  const boxes = [...form.querySelectorAll('tbody [type="checkbox"]')];
  const ticked = boxes.filter((box) => box.checked).length;
  form.querySelectorAll("[data-needs-tick]").forEach((button) => {
    button.disabled = ticked === 0;
  });
  const all = form.querySelector("[data-tick-all]");
  if (all) {
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }
};

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("[data-ticks]");
  if (form) {
    if (event.target.matches("[data-tick-all]")) {
      form.querySelectorAll('tbody [type="checkbox"]').forEach((box) => {
        box.checked = event.target.checked;
      });
    }
    count(form);
  }
});
document.querySelectorAll("[data-ticks]").forEach(count);
