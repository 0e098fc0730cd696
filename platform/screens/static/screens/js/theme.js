// Sets what the first paint needs: light or dark, density, sidebar. A classic script, because a module would run after it.
(() => {
  const root = document.documentElement;
  const device = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const setting = root.dataset.themeSetting;
    const isForced = setting === "light" || setting === "dark";
    root.dataset.bsTheme = isForced ? setting : device.matches ? "dark" : "light";
    document.querySelectorAll('meta[name="theme-color"]').forEach((meta) => {
      meta.media = isForced ? (meta.dataset.theme === setting ? "all" : "not all") : `(prefers-color-scheme: ${meta.dataset.theme})`;
    });
  };
  apply();
  try {
    root.dataset.density = localStorage.getItem("shuke.density") ?? "calm";
    root.classList.toggle("is-rail", localStorage.getItem("shuke.rail") === "true");
  } catch {
    // A browser that keeps nothing shows the usual look.
  }
  device.addEventListener("change", apply);
  document.addEventListener("shuke:theme", apply);
})();
