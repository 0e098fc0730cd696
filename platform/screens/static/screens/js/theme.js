// Sets light or dark before the first paint; a classic script, because a module would run after it.
(() => {
  const root = document.documentElement;
  const device = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const setting = root.dataset.themeSetting;
    root.dataset.bsTheme = setting === "light" || setting === "dark" ? setting : device.matches ? "dark" : "light";
  };
  apply();
  device.addEventListener("change", apply);
  document.addEventListener("shuke:theme", apply);
})();
