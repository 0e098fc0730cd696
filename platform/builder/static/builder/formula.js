// Text areas for formulas: while somebody writes, the server says what is wrong, what comes out and what can be written next.
const WAIT_MS = 160;
const timers = new WeakMap();
const records = new Map();
const before = new WeakMap();
const opened = new Set();

const boxOf = (element) => element?.closest?.("[data-formula]");
const partsOf = (box) => ({
  source: box.querySelector(".formula-source"), marks: box.querySelector(".formula-marks"), said: box.querySelector(".formula-said"),
  options: box.querySelector(".formula-options"),
});

// The server counts characters, the browser halves of some of them.
const characters = (text) => [...text].length;
const place = (text, count) => [...text].slice(0, count).join("").length;

const mark = (box) => {
  const { source, marks, said } = partsOf(box);
  const wrong = said.querySelector(".formula-wrong");
  marks.replaceChildren();
  if (!wrong) {
    return;
  }
  const text = source.value;
  const start = place(text, Number(wrong.dataset.start));
  const end = place(text, Number(wrong.dataset.end));
  const wave = document.createElement("span");
  wave.className = "formula-mark";
  wave.textContent = text.slice(start, end).trim() ? text.slice(start, end) : "\u00a0";
  marks.append(text.slice(0, start), wave, text.slice(Math.max(end, start)));
  marks.scrollTop = source.scrollTop;
};

const close = (box) => {
  const { source, options } = partsOf(box);
  if (options) {
    options.hidden = true;
  }
  source.removeAttribute("aria-activedescendant");
};

const choose = (box, number) => {
  const { source, options } = partsOf(box);
  const all = [...options.children];
  const chosen = all[(number + all.length) % all.length];
  all.forEach((one) => one.setAttribute("aria-selected", String(one === chosen)));
  source.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
};

const show = (box) => {
  const { source, options } = partsOf(box);
  if (options?.children.length > 0 && document.activeElement === source) {
    options.hidden = false;
    choose(box, 0);
  } else {
    close(box);
  }
};

const look = (box, { wait = WAIT_MS, wanted = false } = {}) => {
  const { source, said } = partsOf(box);
  clearTimeout(timers.get(box));
  timers.set(box, setTimeout(async () => {
    const text = source.value;
    const find = said.querySelector("[name=q]");
    const values = { source: text, caret: characters(text.slice(0, source.selectionStart)), record: records.get(source.id) ?? "", q: find?.value ?? "", id: source.id };
    try {
      await window.htmx.ajax("POST", box.dataset.formula, { source: said, target: said, swap: "innerHTML", values });
    } catch {
      return; // a newer question took its place, or nobody answers, which the page says
    }
    if (!box.isConnected || source.value !== text) {
      return;
    }
    mark(box);
    const { options } = partsOf(box);
    if (wanted || (options && "typed" in options.dataset && box.dataset.typing === "yes")) {
      show(box);
    }
  }, wait));
};

const take = (box, option) => {
  const { source, options } = partsOf(box);
  const start = place(source.value, Number(options.dataset.start));
  const end = place(source.value, Number(options.dataset.end));
  source.setRangeText(option.dataset.text, start, end, "end");
  const caret = start + option.dataset.text.length - Number(option.dataset.back);
  source.setSelectionRange(caret, caret);
  close(box);
  box.dataset.typing = "no";
  source.focus();
  look(box, { wait: 0 });
};

const chosenIn = (options) => options.querySelector("[aria-selected=true]") ?? options.firstElementChild;

// What is offered stands there already: there is nothing to take, so Tab goes on and saves.
const isWhole = (box, option) => {
  const { source, options } = partsOf(box);
  const [start, end] = [options.dataset.start, options.dataset.end].map((one) => place(source.value, Number(one)));
  return source.value.slice(start, end) === option.dataset.text;
};

document.addEventListener("focusin", ({ target }) => {
  const box = target.matches?.(".formula-source") ? boxOf(target) : undefined;
  if (box) {
    before.set(target, target.value);
    opened.add(target.id);
    look(box, { wait: 0 });
  }
});

// What was chosen from the list is no typing, so that the browser would not tell of it.
document.addEventListener("focusout", ({ target }) => {
  const box = target.matches?.(".formula-source") ? boxOf(target) : undefined;
  if (box) {
    setTimeout(() => close(box), 100);
    setTimeout(() => {
      if (target.isConnected && document.activeElement !== target && before.has(target) && before.get(target) !== target.value) {
        before.delete(target);
        target.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
});

document.addEventListener("change", ({ target }) => {
  if (target.matches?.(".formula-source")) {
    before.delete(target);
  } else if (target.matches?.("[data-formula-record]")) {
    const box = boxOf(target);
    const { source } = partsOf(box);
    if (target.name === "record") {
      records.set(source.id, target.value);
    }
    look(box, { wait: 0 });
  }
});

document.addEventListener("input", ({ target }) => {
  const box = boxOf(target);
  if (box && target.matches(".formula-source")) {
    box.dataset.typing = "yes";
    close(box);
    look(box);
  } else if (box && target.matches("[name=q][data-formula-record]")) {
    look(box, { wait: 250 });
  }
});

document.addEventListener("keyup", ({ target, key }) => {
  if (target.matches?.(".formula-source") && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(key)) {
    boxOf(target).dataset.typing = "no";
    look(boxOf(target));
  }
});

const steps = { ArrowDown: 1, ArrowUp: -1 };
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const box = target.matches?.(".formula-source") ? boxOf(target) : undefined;
  if (!box) {
    return;
  }
  const { options } = partsOf(box);
  const isOpen = options && !options.hidden;
  if (key === " " && event.ctrlKey) {
    event.preventDefault();
    look(box, { wait: 0, wanted: true });
  } else if (isOpen && key in steps) {
    event.preventDefault();
    choose(box, [...options.children].findIndex((one) => one.getAttribute("aria-selected") === "true") + steps[key]);
  } else if (isOpen && key === "Tab" && isWhole(box, chosenIn(options))) {
    close(box);
  } else if (isOpen && (key === "Enter" || key === "Tab")) {
    event.preventDefault();
    take(box, chosenIn(options));
  } else if (isOpen && key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(box);
  }
}, true);

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.(".formula-options [role=option]");
  if (option) {
    event.preventDefault();
    take(boxOf(option), option);
  }
});

document.addEventListener("scroll", ({ target }) => {
  if (target.matches?.(".formula-source")) {
    partsOf(boxOf(target)).marks.scrollTop = target.scrollTop;
  }
}, true);

// A box that was drawn anew after it was saved says again what it said.
document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  elt.querySelectorAll?.("[data-formula]").forEach((box) => {
    const { source } = partsOf(box);
    if (opened.has(source.id) || elt.id === "condition") {
      look(box, { wait: 0 });
    }
  });
});
