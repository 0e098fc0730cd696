// Asks in our own dialog: for htmx elements with `hx-confirm` and for plain forms and links with `data-confirm`.
const dialog = document.getElementById("confirm");

export const ask = (question) =>
  new Promise((resolve) => {
    dialog.querySelector(".confirm-question").textContent = question;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) {
    return;
  }
  event.preventDefault();
  if (await ask(event.detail.question)) {
    event.detail.issueRequest(true);
  }
});

document.addEventListener("submit", async (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (!question || event.target.dataset.confirmed || event.target.dataset.checked) {
    delete event.target.dataset.confirmed;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await ask(question)) {
    event.target.dataset.confirmed = "yes";
    event.target.requestSubmit(event.submitter);
  }
}, true);
