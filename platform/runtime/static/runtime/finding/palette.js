// The command palette: Ctrl K from anywhere. The server sends the commands once; they are narrowed down here, records there.
import { current, open, select, selectFirst, step } from "./options.js";
import { cancel, fragment, suggest } from "./suggestions.js";

const KEPT = "shuke-commands";
const MOST_KEPT = 12;
const MOST_SHOWN = 8;
const YEAR_SECONDS = 31536000;

const palette = () => document.getElementById("palette");
const inputOf = (dialog) => dialog.querySelector("[data-palette-input]");
const listOf = (dialog) => dialog.querySelector("[role=listbox]");
let loading;

const used = () => {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  } catch {
    return [];
  }
};

const remember = (id) => localStorage.setItem(KEPT, JSON.stringify([id, ...used().filter((other) => other !== id)].slice(0, MOST_KEPT)));

// The page before one typed: what was used last first, then the order of the server.
const ordered = (commands) => {
  const last = used();
  const place = (command) => {
    const at = last.indexOf(command.dataset.command);
    return at < 0 ? last.length : at;
  };
  return commands
    .map((command, index) => ({ command, index: Number(command.id.split("-")[1]) || index }))
    .sort((one, other) => place(one.command) - place(other.command) || one.index - other.index)
    .map(({ command }) => command);
};

// A name as a whole comes first, then names that begin so, then words inside them.
const rank = (command, words) => {
  const keys = ` ${command.dataset.keys} `;
  if (!words.every((word) => keys.includes(word))) {
    return -1;
  }
  if (words.every((word) => keys.includes(` ${word} `))) {
    return 0;
  }
  return words.every((word) => keys.includes(` ${word}`)) ? 1 : 2;
};

const narrow = (dialog, text) => {
  const group = dialog.querySelector("[data-palette-commands]");
  const words = text.toLowerCase().normalize("NFKC").split(/\s+/).filter(Boolean);
  const all = ordered([...group.children]);
  const ranked = all.map((command) => ({ command, rank: rank(command, words) }));
  const fitting = ranked.filter((one) => one.rank >= 0).sort((one, other) => one.rank - other.rank).map((one) => one.command);
  const shown = new Set(words.length ? fitting.slice(0, MOST_SHOWN) : fitting);
  all.forEach((command) => { command.hidden = !shown.has(command); });
  group.append(...fitting, ...all.filter((command) => !fitting.includes(command)));
  group.hidden = shown.size === 0;
};

const told = (dialog) => {
  const some = listOf(dialog).querySelector("[role=option]:not([hidden])");
  dialog.querySelector("[data-palette-nothing]").hidden = Boolean(some);
  listOf(dialog).hidden = !some;
  inputOf(dialog).setAttribute("aria-expanded", String(Boolean(some)));
};

const showFound = (dialog, html) => {
  const found = dialog.querySelector("[data-palette-found]");
  const chosen = current(listOf(dialog));
  found.innerHTML = html;
  window.htmx.process(found);
  told(dialog);
  if (!chosen?.isConnected) {
    selectFirst(inputOf(dialog), listOf(dialog));
  }
};

const search = (dialog) => {
  const input = inputOf(dialog);
  const text = input.value.trim();
  narrow(dialog, text);
  told(dialog);
  selectFirst(input, listOf(dialog));
  if (text === "") {
    cancel(input);
    showFound(dialog, "");
  } else {
    suggest(input, `/search/suggestions?${new URLSearchParams({ q: text, box: "palette", bare: "1" })}`, (html) => showFound(dialog, html));
  }
};

const load = async () => {
  const html = await fragment("/palette");
  if (html === "") {
    return;
  }
  document.body.insertAdjacentHTML("beforeend", html);
  const dialog = palette();
  window.htmx.process(dialog);
  dialog.addEventListener("close", () => cancel(inputOf(dialog)));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-palette-close]")) {
      dialog.close();
    }
  });
};

export const openPalette = async () => {
  if (!palette()) {
    loading ??= load().finally(() => { loading = undefined; });
    await loading;
  }
  const dialog = palette();
  if (!dialog || dialog.open) {
    return;
  }
  inputOf(dialog).value = "";
  search(dialog);
  dialog.showModal();
  listOf(dialog).scrollTop = 0;
};

// What is done instead of going somewhere.
const deeds = {
  theme: (value) => {
    document.documentElement.dataset.themeSetting = value;
    document.cookie = `shuke_theme=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
    document.dispatchEvent(new CustomEvent("shuke:theme"));
  },
  shortcuts: () => document.getElementById("shortcuts")?.showModal(),
  "palette-language": (value) => {
    const form = document.getElementById("palette-language");
    form.elements.locale.value = value;
    form.elements.next.value = window.location.pathname + window.location.search;
    form.requestSubmit();
  },
  "palette-logout": () => {
    localStorage.removeItem(KEPT);
    document.getElementById("palette-logout").requestSubmit();
  },
};

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette]")) {
    openPalette();
    return;
  }
  const option = event.target.closest("#palette [role=option]");
  if (!option) {
    return;
  }
  if (option.dataset.command) {
    remember(option.dataset.command);
  }
  palette().close();
  if (option.dataset.do) {
    event.preventDefault();
    deeds[option.dataset.do](option.dataset.value);
  }
});

document.addEventListener("mouseover", (event) => {
  const option = event.target.closest("#palette [role=option]");
  if (option) {
    select(inputOf(palette()), listOf(palette()), option);
  }
});

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-palette-input]")) {
    search(palette());
  }
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (!event.target.matches?.("[data-palette-input]") || event.isComposing) {
    return;
  }
  const list = listOf(palette());
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(event.target, list, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (current(list)) {
      open(current(list), event);
    }
  }
});
