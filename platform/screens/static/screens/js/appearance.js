// How the product looks on this device: light or dark (a cookie, which the server reads), density and sidebar (kept by the browser).
const YEAR_SECONDS = 31536000;
const root = document.documentElement;

const settings = {
  theme: () => root.dataset.themeSetting,
  density: () => root.dataset.density ?? "calm",
};

const keep = {
  theme: (value) => {
    root.dataset.themeSetting = value;
    document.cookie = `shuke_theme=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  },
  density: (value) => {
    localStorage.setItem("shuke.density", value);
    root.dataset.density = value;
  },
};

const press = () => document.querySelectorAll("[data-look]").forEach((button) => {
  button.setAttribute("aria-pressed", String(settings[button.dataset.look]() === button.value));
});

const tellFold = () => document.querySelectorAll("[data-fold]").forEach((button) => {
  button.setAttribute("aria-pressed", String(root.classList.contains("is-rail")));
});

document.addEventListener("click", (event) => {
  const look = event.target.closest("[data-look]");
  if (look) {
    keep[look.dataset.look](look.value);
    document.dispatchEvent(new CustomEvent("shuke:theme"));
    press();
  } else if (event.target.closest("[data-fold]")) {
    localStorage.setItem("shuke.rail", String(root.classList.toggle("is-rail")));
    document.activeElement?.blur();
    tellFold();
  }
});

press();
tellFold();
