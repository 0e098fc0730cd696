// Options of a listbox that an input controls: the arrow keys move, the input keeps the focus.
const options = (list) => [...list.querySelectorAll("[role=option]:not([hidden])")];

export const current = (list) => list.querySelector("[role=option][aria-selected=true]");

export const select = (input, list, option) => {
  current(list)?.setAttribute("aria-selected", "false");
  if (!option) {
    input.removeAttribute("aria-activedescendant");
    return;
  }
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
};

// Beyond the last option comes the input itself, then the first one again.
export const step = (input, list, by) => {
  const all = options(list);
  const at = all.indexOf(current(list));
  const next = by > 0 ? at + 1 : at < 0 ? all.length - 1 : at - 1;
  select(input, list, all[next]);
};

export const selectFirst = (input, list) => select(input, list, options(list)[0]);

// With Ctrl or Cmd in a new tab, as links do.
export const open = (option, event) => {
  const address = option.getAttribute("href");
  if (address && (event.ctrlKey || event.metaKey)) {
    window.open(address, "_blank", "noopener");
  } else {
    option.click();
  }
};
