// Menus are `<details class="menu">`: one is open at a time, the arrow keys walk through it. The sidebar slides in on narrow screens.
const openMenus = () => [...document.querySelectorAll("details.menu[open]")];
const entriesOf = (menu) => [...menu.querySelectorAll(".menu-panel :is(a[href], button, input, select)")].filter((entry) => entry.getClientRects().length > 0);

const close = (menu) => {
  menu.open = false;
};

document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => {
    if (!menu.contains(event.target) || event.target.closest(".menu-panel a, .menu-panel [data-close-menu]")) {
      close(menu);
    }
  });
});

document.addEventListener("focusin", (event) => {
  openMenus().filter((menu) => !menu.contains(event.target)).forEach(close);
});

// Where an arrow key leads within a menu; a menu of inputs keeps its arrows to itself.
const target = (menu, key) => {
  const entries = entriesOf(menu);
  const at = entries.indexOf(document.activeElement);
  const places = { ArrowDown: at + 1, ArrowUp: at < 0 ? entries.length - 1 : at - 1 + entries.length, Home: 0, End: entries.length - 1 };
  return entries[places[key] % entries.length];
};

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu");
  const isWalking = ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key);
  if (!menu || !isWalking || event.target.matches("input:not([type=checkbox]), select, textarea")) {
    return;
  }
  if (!menu.open && event.target.matches("summary") && event.key.startsWith("Arrow")) {
    menu.open = true;
  }
  if (menu.open) {
    event.preventDefault();
    event.stopPropagation();
    target(menu, event.key)?.focus();
  }
});

const side = document.getElementById("side");
const openers = () => [...document.querySelectorAll('[data-side="open"]')];

const toggleSide = (isOpen) => {
  document.body.classList.toggle("side-is-open", isOpen);
  openers().forEach((button) => button.setAttribute("aria-expanded", String(isOpen)));
  (isOpen ? side.querySelector("[data-side=close]") : openers().find((button) => button.getClientRects().length > 0))?.focus();
};

document.addEventListener("click", (event) => {
  const wish = event.target.closest("[data-side]");
  if (wish) {
    toggleSide(wish.dataset.side === "open");
  }
});

// Escape closes what was opened last: a menu, then the sidebar; dialogs and the panel look after themselves.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") {
    return;
  }
  const menus = openMenus();
  menus.forEach((menu) => {
    close(menu);
    menu.querySelector("summary").focus();
  });
  if (menus.length > 0) {
    event.preventDefault();
  } else if (document.body.classList.contains("side-is-open")) {
    event.preventDefault();
    toggleSide(false);
  }
});
