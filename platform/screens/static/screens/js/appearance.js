// Light, dark or as the device, kept in a cookie that the server reads.
const ORDER = ["auto", "light", "dark"];
const YEAR_SECONDS = 31536000;

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-next]")) {
    return;
  }
  const root = document.documentElement;
  const next = ORDER[(ORDER.indexOf(root.dataset.themeSetting) + 1) % ORDER.length];
  root.dataset.themeSetting = next;
  document.cookie = `shuke_theme=${next}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  document.dispatchEvent(new CustomEvent("shuke:theme"));
});
