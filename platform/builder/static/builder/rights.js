// The grid of rights: arrows move between cells, Enter opens the menu of a cell, digits choose at once; one request for each choice.
const cells = (grid) => [...grid.querySelectorAll(".right-row")]
  .map((row) => [...row.querySelectorAll(":scope > .right-name > a, :scope > .right-cell > .reach")])
  .filter((row) => row.length > 0);

// Without an id: htmx would carry its place over to the next drawing as an attribute, which the policy of the page forbids.
const menu = () => document.querySelector(".reach-menu");
let opener = "";

// One element of the grid is reached by Tab: the one that was used last.
const settle = (grid, wanted) => {
  const all = cells(grid).flat();
  const current = wanted ?? all.find((one) => one.tabIndex === 0 && one.tagName === "BUTTON") ?? all.find((one) => one.tagName === "BUTTON");
  all.forEach((one) => { one.tabIndex = one === current ? 0 : -1; });
};

const settleAll = () => document.querySelectorAll("[data-rights]").forEach((grid) => settle(grid));
settleAll();
document.addEventListener("htmx:load", settleAll);

const moved = (grid, from, key) => {
  const rows = cells(grid);
  const y = rows.findIndex((row) => row.includes(from));
  const x = rows[y]?.indexOf(from) ?? -1;
  switch (key) {
    case "ArrowRight": return rows[y][x + 1];
    case "ArrowLeft": return rows[y][x - 1];
    case "ArrowDown": return rows[y + 1]?.[x];
    case "ArrowUp": return rows[y - 1]?.[x];
    case "Home": return rows[y][0];
    case "End": return rows[y].at(-1);
    case "PageDown": return rows[Math.min(rows.length - 1, y + 8)]?.[x];
    case "PageUp": return rows[Math.max(0, y - 8)]?.[x];
    default: return undefined;
  }
};

// One after the other: an answer draws the row anew, and the next choice is about the row as it is then.
let before = Promise.resolve();

const choose = (cell, reach) => {
  const grid = cell.closest("[data-rights]");
  const row = cell.closest(".right-row");
  const { id, dataset: { role, entity } } = row;
  const { operation } = cell.dataset;
  const { side, address } = grid.dataset;
  const whole = "detail" in grid.dataset;
  if (cell.dataset.reach === reach) {
    return;
  }
  cell.dataset.reach = reach;
  before = before.then(() => window.htmx.ajax("POST", address, {
    target: whole ? "#rights-detail" : `#${id}`, swap: "outerHTML",
    values: { role, entity, operation, reach, side, ...(whole ? { detail: "1" } : {}) },
  })).catch(() => {});
};

const open = (cell) => {
  const box = menu();
  opener = cell.id;
  box.querySelectorAll("[role=menuitemradio]").forEach((one) => one.setAttribute("aria-checked", String(one.dataset.value === cell.dataset.reach)));
  box.showPopover();
  const at = cell.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  box.style.left = `${Math.max(12, Math.min(at.left, window.innerWidth - width - 12))}px`;
  box.style.top = `${at.bottom + height + 8 > window.innerHeight ? Math.max(12, at.top - height - 4) : at.bottom + 4}px`;
  (box.querySelector("[aria-checked=true]") ?? box.querySelector("[role=menuitemradio]")).focus();
};

const close = () => {
  menu().hidePopover();
  document.getElementById(opener)?.focus();
};

document.addEventListener("click", (event) => {
  const choice = event.target.closest?.(".reach-choice");
  if (choice) {
    const cell = document.getElementById(opener);
    close();
    choose(cell, choice.dataset.value);
    return;
  }
  const cell = event.target.closest?.("[data-rights] button.reach");
  if (cell) {
    settle(cell.closest("[data-rights]"), cell);
    open(cell);
  }
});

document.addEventListener("keydown", (event) => {
  const { key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const choice = event.target.closest?.(".reach-choice");
  if (choice) {
    const all = [...menu().querySelectorAll(".reach-choice")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    const wanted = step ? all.at((all.indexOf(choice) + step) % all.length) : key === "Home" ? all[0] : key === "End" ? all.at(-1) : undefined;
    const picked = all.find((one) => one.dataset.key === key);
    if (wanted) {
      event.preventDefault();
      wanted.focus();
    } else if (picked) {
      event.preventDefault();
      picked.click();
    } else if (key === "Escape" || key === "Tab") {
      event.preventDefault();
      close();
    }
    return;
  }
  const grid = event.target.closest?.("[data-rights]");
  if (!grid) {
    return;
  }
  const next = moved(grid, event.target, key);
  const picked = event.target.matches("button.reach") && [...menu().querySelectorAll(".reach-choice")].find((one) => one.dataset.key === key);
  if (next) {
    event.preventDefault();
    settle(grid, next);
    next.focus();
  } else if (picked) {
    event.preventDefault();
    choose(event.target, picked.dataset.value);
  } else if (key === "Delete" && event.target.matches("button.reach")) {
    event.preventDefault();
    choose(event.target, "");
  }
});

// A panel has changed a rule: what the grid and the fields say of it is drawn anew, the input that is being used stays.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const box = document.querySelector("[data-redraw-rights]");
  if (box && detail.successful && /\/build\/panel(\/entries)?$/.test(detail.requestConfig?.path ?? "")) {
    const focused = document.activeElement?.id;
    window.htmx.ajax("GET", box.dataset.redrawRights, { target: "#rights-detail", swap: "outerHTML" }).then(() => {
      if (focused) {
        document.getElementById(focused)?.focus();
      }
    });
  }
});
