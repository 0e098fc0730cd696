// Opens and closes the apps of the sidebar as they were left; a classic script right behind it, so that nothing jumps.
(() => {
  const KEY = "shuke.apps";
  const side = document.getElementById("side");
  const sections = [...side.querySelectorAll("details[data-app]")];
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY)) ?? {};
    } catch {
      return {};
    }
  };

  const left = read();
  sections.forEach((section) => {
    section.open = section.hasAttribute("data-here") || (left[section.dataset.app] ?? section.open);
  });
  side.addEventListener("click", (event) => {
    const section = event.target.closest("summary")?.closest("details[data-app]");
    if (section) {
      localStorage.setItem(KEY, JSON.stringify({ ...read(), [section.dataset.app]: !section.open }));
    }
  });
  side.querySelector(".side-entry.is-here")?.scrollIntoView({ block: "nearest" });
})();
