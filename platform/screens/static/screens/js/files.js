// The name of a chosen file stands beside the button that chose it.
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-names-file]")) {
    const said = target.closest("label, .file-choice").querySelector("[data-file-name]");
    said.dataset.before ??= said.textContent;
    said.textContent = target.files[0]?.name ?? said.dataset.before;
  }
});
