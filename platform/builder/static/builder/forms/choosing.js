// Choosing parts of the form: with the pointer, several with Shift or Ctrl, and from part to part with the keyboard.
import { canvas, get, gripOf, isShown, kept, nodeOf, nodes, page, post, say, word } from "./page.js";

const single = () => (kept.chosen.length === 1 ? nodeOf(kept.chosen[0]) : undefined);

export const showSide = (side) => {
  kept.side = side;
  page().querySelectorAll("[data-side]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.side === side)));
  document.getElementById("form-add").hidden = side !== "add";
  document.getElementById("form-settings").hidden = side !== "chosen";
};

// What is chosen is marked on the canvas and in the frame of the phone, and named over the canvas.
export const mark = () => {
  canvas().querySelectorAll("[data-key]").forEach((node) => {
    const isChosen = kept.chosen.includes(node.dataset.key);
    node.classList.toggle("is-chosen", isChosen);
    if (!node.matches("[role=tab]")) {
      gripOf(node).setAttribute("aria-pressed", String(isChosen));
    }
  });
  const tools = document.getElementById("form-tools");
  const one = single();
  const kinds = kept.chosen.map((key) => nodeOf(key)?.dataset.kind);
  tools.hidden = kept.chosen.length === 0;
  tools.querySelector("[data-tools-name]").textContent = one ? one.dataset.name : word("wordChosen", { count: kept.chosen.length });
  tools.querySelector("[data-tools-columns]").hidden = !one || !["section", "columns"].includes(one.dataset.kind);
  tools.querySelector("[data-tools-columns]").querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.value === one?.dataset.columns)));
  tools.querySelector("[data-tools-desk]").hidden = kept.device === "phone";
  tools.querySelector("[data-tools-phone]").hidden = kept.device !== "phone" || kinds.includes("tab");
  tools.querySelector("[data-do=dissolve]").hidden = !one || !["section", "columns", "tab"].includes(one.dataset.kind);
  tools.querySelector("[data-do=duplicate]").hidden = kinds.some((kind) => ["tab", "related"].includes(kind));
  tools.querySelector("[data-do=remove]").hidden = !kept.chosen.some((key) => nodeOf(key)?.dataset.own);
  const head = document.querySelector("#form-chosen .chosen-head");
  if (head && one && one.dataset.key === head.dataset.key) {
    head.querySelector("strong").textContent = one.dataset.name;
  }
  const all = nodes();
  const current = all.find((node) => node.dataset.key === kept.focus) ?? all.find((node) => node.dataset.key === kept.chosen[0]) ?? all.find(isShown);
  all.forEach((node) => {
    gripOf(node).tabIndex = node === current ? 0 : -1;
  });
  document.dispatchEvent(new CustomEvent("builder:chosen"));
};

const remember = () => {
  const address = new URL(window.location.href);
  if (kept.chosen.length) {
    address.searchParams.set("chosen", kept.chosen.join(","));
  } else {
    address.searchParams.delete("chosen");
  }
  window.history.replaceState(window.history.state, "", address);
};

export const choose = (keys, { fetch = true, side = true } = {}) => {
  kept.chosen = keys;
  kept.anchor = keys.at(-1) ?? kept.anchor;
  remember();
  mark();
  if (side) {
    showSide(keys.length ? "chosen" : "add");
  }
  if (fetch) {
    get("/chosen", "#form-chosen", { chosen: keys.join(",") });
  }
};

const range = (key) => {
  const shown = nodes().filter((node) => isShown(node) && node.dataset.kind !== "section");
  const ends = [kept.anchor, key].map((one) => shown.findIndex((node) => node.dataset.key === one));
  if (ends.includes(-1)) {
    return [key];
  }
  return shown.slice(Math.min(...ends), Math.max(...ends) + 1).map((node) => node.dataset.key);
};

const toggled = (key) => (kept.chosen.includes(key) ? kept.chosen.filter((one) => one !== key) : [...kept.chosen, key]);

export const chooseBy = (key, event) => {
  if (event.shiftKey && kept.anchor) {
    const anchor = kept.anchor;
    choose(range(key));
    kept.anchor = anchor;
  } else {
    choose(event.ctrlKey || event.metaKey ? toggled(key) : [key]);
  }
};

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#form-canvas")) {
    return;
  }
  const node = event.target.closest(".node, [role=tab][data-key]");
  if (node) {
    kept.focus = node.dataset.key;
    chooseBy(node.dataset.key, event);
  } else {
    choose([]);
  }
});

document.addEventListener("click", (event) => {
  const side = event.target.closest?.("[data-side]");
  if (side && page()) {
    showSide(side.dataset.side);
  }
});

// From part to part, and what is done with the one that has the focus.

const go = (node, step, keepsChosen) => {
  const shown = nodes().filter(isShown);
  const next = shown[shown.indexOf(node) + step];
  if (next) {
    kept.focus = next.dataset.key;
    if (keepsChosen) {
      const anchor = kept.anchor || node.dataset.key;
      kept.anchor = anchor;
      choose(range(next.dataset.key));
      kept.anchor = anchor;
      say(word("wordChosen", { count: kept.chosen.length }));
    } else {
      mark();
    }
    gripOf(next).focus();
  }
};

const widen = (node, step) => {
  const around = node.parentElement.closest(".node")?.dataset.columns ?? 1;
  const now = Number(node.dataset.width) || (node.classList.contains("control-wide") ? Number(around) : 1);
  const width = Math.max(1, Math.min(Number(around), now + step));
  if (width !== now) {
    post("resize", { chosen: node.dataset.key, value: width });
  }
};

const withFocus = (node, work) => {
  if (!kept.chosen.includes(node.dataset.key)) {
    choose([node.dataset.key]);
  }
  work();
};

export const keys = (event, node) => {
  const { key } = event;
  const isDown = key === "ArrowDown";
  const isWide = ["ArrowLeft", "ArrowRight"].includes(key);
  if (event.shiftKey && isWide && node.dataset.kind === "field") {
    widen(node, key === "ArrowRight" ? 1 : -1);
  } else if (["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight"].includes(key) && !event.ctrlKey && !event.altKey) {
    go(node, isDown || key === "ArrowRight" ? 1 : -1, event.shiftKey);
  } else if (key === "Enter") {
    choose([node.dataset.key]);
    kept.label = "first";
  } else if (key === " " && (event.ctrlKey || event.shiftKey)) {
    chooseBy(node.dataset.key, event);
  } else if (key === "Delete" || key === "Backspace") {
    withFocus(node, () => post("off"));
  } else if (key.toLowerCase() === "d" && (event.ctrlKey || event.metaKey)) {
    withFocus(node, () => post("duplicate"));
  } else if (key === "Escape") {
    choose([]);
  } else {
    return false;
  }
  event.preventDefault();
  return true;
};
