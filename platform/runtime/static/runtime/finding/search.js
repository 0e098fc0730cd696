// The boxes that search everything: finds open below them while one types.
import { current, open, select, step } from "./options.js";
import { cancel, suggest } from "./suggestions.js";

const partsOf = (input) => {
  const form = input.form;
  return { found: form.querySelector("[data-found]"), said: form.querySelector("[data-found-said]") };
};

const close = (input) => {
  const { found, said } = partsOf(input);
  cancel(input);
  found.hidden = true;
  found.replaceChildren();
  said.textContent = "";
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
};

const show = (input, html) => {
  const { found, said } = partsOf(input);
  found.innerHTML = html;
  window.htmx.process(found);
  found.hidden = html.trim() === "";
  said.textContent = found.querySelector("[data-said]")?.textContent ?? "";
  input.setAttribute("aria-expanded", String(Boolean(found.querySelector("[role=option]"))));
  input.removeAttribute("aria-activedescendant");
};

const ask = (input, wait) => {
  const text = input.value.trim();
  if (text === "") {
    close(input);
    return;
  }
  suggest(input, `/search/suggestions?${new URLSearchParams({ q: text, box: input.id })}`, (html) => show(input, html), wait);
};

const isBox = (element) => element.matches?.("[data-search] [role=combobox]");

document.addEventListener("input", (event) => {
  if (isBox(event.target)) {
    ask(event.target);
  }
});

document.addEventListener("focusin", (event) => {
  if (isBox(event.target) && event.target.value.trim() !== "" && !event.target.closest("main") && partsOf(event.target).found.hidden) {
    event.target.select();
  }
});

document.addEventListener("focusout", (event) => {
  if (isBox(event.target) && !event.target.form.contains(event.relatedTarget)) {
    close(event.target);
  }
});

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!isBox(input) || event.isComposing) {
    return;
  }
  const { found } = partsOf(input);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (found.hidden) {
      ask(input, 0);
    } else {
      step(input, found, event.key === "ArrowDown" ? 1 : -1);
    }
  } else if (event.key === "Enter" && current(found)) {
    event.preventDefault();
    open(current(found), event);
  } else if (event.key === "Escape" && !found.hidden) {
    event.preventDefault();
    event.stopPropagation();
    close(input);
  }
});

// The input keeps the focus, so that the list stays open until the click arrives.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[data-found]")) {
    event.preventDefault();
  }
});

document.addEventListener("mouseover", (event) => {
  const option = event.target.closest("[data-found] [role=option]");
  if (option) {
    const input = option.closest("form").querySelector("[role=combobox]");
    select(input, option.closest("[data-found]"), option);
  }
});

document.addEventListener("click", (event) => {
  const option = event.target.closest("[data-found] [role=option]");
  if (option) {
    setTimeout(() => close(option.closest("form").querySelector("[role=combobox]")));
  }
});

// A record that was added from here is opened.
const opened = (event) => {
  const { box, entity, id } = event.detail;
  if (box === "search" && entity) {
    window.location.assign(`/r/${entity}/${id}`);
  }
};
document.addEventListener("shuke:saved", opened);
