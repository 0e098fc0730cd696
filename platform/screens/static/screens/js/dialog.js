// The one dialog of the page: it opens when htmx fills `#dialog-body`, and closes on `shuke:close-dialog`.
const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === body && body.childElementCount > 0 && !dialog.open) {
    dialog.showModal();
  }
});

document.addEventListener("shuke:close-dialog", () => dialog.close());
dialog.addEventListener("close", () => body.replaceChildren());

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-dialog]") || event.target === dialog) {
    dialog.close();
  }
});
