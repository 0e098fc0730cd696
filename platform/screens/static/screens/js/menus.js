// Menus are `<details class="menu">`: one is open at a time. The sidebar slides in on narrow screens.
const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => {
    if (!menu.contains(event.target) || event.target.closest(".menu-panel a, .menu-panel [data-close-menu]")) {
      menu.open = false;
    }
  });
  const side = event.target.closest("[data-side]");
  if (side) {
    document.body.classList.toggle("side-is-open", side.dataset.side === "open");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") {
    return;
  }
  openMenus().forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.body.classList.remove("side-is-open");
});

document.querySelector(".side-entry.is-here")?.scrollIntoView({ block: "nearest" });
