// Choosing records: candidates come from the server while one types; the choice goes into a hidden input.
import { elementOf, targetOf } from "../screens/js/events.js";

const WAIT_MS = 180;
const timers = new WeakMap();

const partsOf = (picker) => ({
  text: picker.querySelector("[data-picker-text]"),
  value: picker.querySelector("[data-picker-value]"),
  list: picker.querySelector(".picker-list"),
});

const chosenTitle = new WeakMap();
const titleOf = (picker) => {
  const { text, value } = partsOf(picker);
  if (!chosenTitle.has(picker)) {
    chosenTitle.set(picker, value?.value ? text.value : "");
  }
  return chosenTitle.get(picker);
};

// What the list that is shown answers (a slow line shows an earlier one first), and with what Enter was pressed before its answer came.
const answered = new WeakMap();
const entered = new WeakMap();

const close = (picker) => {
  const { text, list } = partsOf(picker);
  clearTimeout(timers.get(picker));
  [answered, entered].forEach((kept) => kept.delete(picker));
  list.replaceChildren();
  text.setAttribute("aria-expanded", "false");
  text.removeAttribute("aria-activedescendant");
};

const searchedIn = (picker) => {
  const { text } = partsOf(picker);
  return text.value === titleOf(picker) ? "" : text.value.trim();
};

const open = (picker, wait) => {
  const { text, list } = partsOf(picker);
  titleOf(picker);
  clearTimeout(timers.get(picker));
  timers.set(picker, setTimeout(() => {
    const searched = searchedIn(picker);
    window.htmx.ajax("POST", picker.dataset.url, { source: text, target: list, swap: "innerHTML", values: { text: searched, box: text.id } });
    text.setAttribute("aria-expanded", "true");
  }, wait));
};

const tell = (picker) => {
  const input = partsOf(picker).value ?? picker.querySelector("input[type=hidden]") ?? partsOf(picker).text;
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

const addBadge = (picker, id, title) => {
  const box = picker.querySelector(".picker-chosen");
  if ([...box.querySelectorAll("input")].some((input) => input.value === id)) {
    return;
  }
  const badge = document.createElement("span");
  badge.className = "badge bg-secondary-lt";
  const input = Object.assign(document.createElement("input"), { type: "hidden", name: picker.dataset.name, value: id });
  const remove = Object.assign(document.createElement("button"), { type: "button", className: "btn-close" });
  remove.dataset.pickerRemove = "";
  remove.setAttribute("aria-label", "×");
  badge.append(title, input, remove);
  box.append(badge);
};

const choose = (picker, id, title) => {
  const { text, value } = partsOf(picker);
  if (picker.hasAttribute("data-many")) {
    addBadge(picker, id, title);
    text.value = "";
  } else {
    value.value = id;
    text.value = title;
    chosenTitle.set(picker, title);
  }
  close(picker);
  tell(picker);
};

// The list has come: Enter that was pressed before it, as a scanner does, takes the one exact match.
document.addEventListener("htmx:afterSwap", (event) => {
  const list = targetOf(event);
  const picker = list.matches(".picker-list") && pickerOf(list);
  if (!picker) {
    return;
  }
  list.querySelectorAll(".picker-option").forEach((option, index) => { option.id = `${list.id}-${index}`; });
  answered.set(picker, event.detail.requestConfig.parameters.text);
  const { text } = partsOf(picker);
  if (document.activeElement !== text || text.getAttribute("aria-expanded") === "false") {
    close(picker); // whoever asked has gone on, or has chosen
  } else if (entered.has(picker) && answered.get(picker) === entered.get(picker)) {
    entered.delete(picker);
    const options = [...list.querySelectorAll("[data-picker-id]")];
    const only = list.querySelector("[data-exact]") ?? (options.length === 1 ? options[0] : undefined);
    only?.click();
  } else {
    list.scrollIntoView({ block: "nearest" });
  }
});

const take = (picker) =>
  (picker.querySelector(".picker-option.is-current") ?? picker.querySelector("[data-exact]") ?? picker.querySelector("[data-picker-id]"))?.click();

const leave = (picker) => {
  const { text, value } = partsOf(picker);
  close(picker);
  if (picker.hasAttribute("data-many")) {
    text.value = "";
  } else if (text.value.trim() === "" && value.value !== "") {
    value.value = "";
    chosenTitle.set(picker, "");
    tell(picker);
  } else {
    text.value = titleOf(picker);
  }
};

const pickerOf = (element) => element.closest?.("[data-picker]");

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-picker-text]")) {
    open(pickerOf(event.target), WAIT_MS);
  }
});

document.addEventListener("click", (event) => {
  const picker = pickerOf(event.target);
  document.querySelectorAll("[data-picker]").forEach((other) => {
    if (other !== picker && partsOf(other).list.childElementCount > 0) {
      close(other);
    }
  });
  if (!picker) {
    return;
  }
  const option = event.target.closest("[data-picker-id]");
  if (option) {
    choose(picker, option.dataset.pickerId, option.dataset.pickerTitle);
  } else if (event.target.closest("[data-picker-remove]")) {
    event.target.closest(".badge").remove();
    tell(picker);
  } else if (event.target.closest("[data-picker-create]")) {
    setTimeout(() => close(picker));
  } else if (event.target.matches("[data-picker-text]:not([readonly])")) {
    open(picker, 0);
  }
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-picker-text]")) {
    titleOf(pickerOf(event.target));
  }
});

document.addEventListener("focusout", (event) => {
  const picker = pickerOf(event.target);
  if (picker && event.target.matches("[data-picker-text]") && !picker.contains(event.relatedTarget)) {
    leave(picker);
  }
});

// Options must not take the focus, or the list would close before the click arrives.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest(".picker-list")) {
    event.preventDefault();
  }
});

const step = (picker, by) => {
  const options = [...picker.querySelectorAll(".picker-option")];
  const at = options.findIndex((option) => option.classList.contains("is-current"));
  options[at]?.classList.remove("is-current");
  const next = options[(at + by + options.length) % options.length] ?? options[0];
  options.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
  next?.classList.add("is-current");
  next?.scrollIntoView({ block: "nearest" });
  if (next) {
    partsOf(picker).text.setAttribute("aria-activedescendant", next.id);
  }
};

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-picker-text]") || event.ctrlKey || event.metaKey) {
    return;
  }
  const picker = pickerOf(event.target);
  const isOpen = partsOf(picker).list.childElementCount > 0;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    isOpen ? step(picker, event.key === "ArrowDown" ? 1 : -1) : open(picker, 0);
  } else if (event.key === "Enter") {
    const searched = searchedIn(picker);
    if (searched === "" && !isOpen) {
      return;
    }
    event.preventDefault();
    if (isOpen && answered.get(picker) === searched) {
      take(picker);
    } else {
      entered.set(picker, searched);
      open(picker, 0);
    }
  } else if (event.key === "Escape" && isOpen) {
    event.preventDefault();
    event.stopPropagation();
    leave(picker);
  }
});

// The new record begins with what stands in the input now, not with what was searched last.
document.addEventListener("htmx:configRequest", (event) => {
  const button = elementOf(event);
  const picker = button.matches("[data-picker-create]") && pickerOf(button);
  if (picker && button.dataset.display) {
    const typed = partsOf(picker).text.value.trim();
    event.detail.parameters[button.dataset.display] = typed === titleOf(picker) ? "" : typed;
  }
});

// A record that was added in the dialog is chosen where one came from, or shown in its list.
document.addEventListener("shuke:saved", (event) => {
  const { box, id, title } = event.detail;
  // By then the dialog is closed, or shows again the form from which this one was opened.
  setTimeout(() => {
    const place = box && document.getElementById(box);
    const picker = place && pickerOf(place);
    if (picker) {
      choose(picker, id, title);
      place.focus();
    } else if (place) {
      window.htmx.trigger(place, "shuke:reload");
    }
  });
});

// A value that was put in from outside, such as one copied from the line above.
document.addEventListener("shuke:picker-set", (event) => {
  const { text } = partsOf(event.target);
  chosenTitle.set(event.target, text.value);
});
