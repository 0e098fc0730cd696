// The dialogs of the page. `#dialog` opens when htmx fills its body, and closes on `shuke:close-dialog` or when its form was saved.
const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
let opener;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target === body && !dialog.open) {
    opener = document.activeElement;
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === body && body.childElementCount > 0 && !dialog.open) {
    dialog.showModal();
  }
});

// The focus goes back to where it was, also when that place was drawn anew meanwhile.
const giveBack = () => {
  const place = opener?.isConnected ? opener : opener?.id && document.getElementById(opener.id);
  if (place && (document.activeElement === document.body || document.activeElement === null)) {
    place.focus();
  }
  opener = undefined;
};

document.addEventListener("shuke:close-dialog", () => dialog.close());
dialog.addEventListener("close", () => {
  body.replaceChildren();
  giveBack();
});

// A click beside a dialog is like Escape: it may ask first.
const isBeside = (open, { clientX, clientY }) => {
  const { left, right, top, bottom } = open.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
};

const dismiss = (open) => {
  if (open.dispatchEvent(new Event("cancel", { cancelable: true }))) {
    open.close();
  }
};

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-dialog]")) {
    event.target.closest("dialog")?.close();
    if (event.target.closest("a[data-close-dialog]")) {
      event.preventDefault();
    }
  } else if (event.target.matches("dialog[open]:not(#sign-in)") && event.detail > 0 && isBeside(event.target, event)) {
    dismiss(event.target);
  }
  const wanted = event.target.closest("[data-open-dialog]");
  if (wanted) {
    document.getElementById(wanted.dataset.openDialog)?.showModal();
  }
});
