// A save that was refused: leads to what has to be changed.
const inputOf = (place) => place?.matches("input, select, textarea") ? place : place?.querySelector("input:not([type=hidden]), select, textarea, button");

// To an input, on the tab where it is.
const lead = (place) => {
  const panel = place.closest("[role=tabpanel]");
  if (panel?.hidden) {
    document.getElementById(panel.getAttribute("aria-labelledby"))?.click();
  }
  place.scrollIntoView({ block: "center" });
  inputOf(place)?.focus();
};

document.addEventListener("htmx:afterSettle", (event) => {
  const form = event.detail.elt;
  if (!form?.matches?.("form[data-live], form#transition") || !(event.detail.xhr?.status >= 400)) {
    return;
  }
  const wrong = form.querySelector(".is-invalid, .form-error");
  const control = wrong?.closest(".control, td, [data-related-line]");
  const said = form.querySelector(".said-box");
  if (control) {
    lead(wrong.matches(".is-invalid") ? wrong : control);
  } else if (said) {
    said.scrollIntoView({ block: "center" });
    said.querySelector("button, input, a")?.focus();
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-mistake]");
  const place = link && document.getElementById(link.hash.slice(1));
  if (place) {
    event.preventDefault();
    lead(place);
  }
});

// What has been mended is not marked any longer, neither at the input nor above the form.
const mark = (said, isWrong) => {
  const id = said.id.replace(/-error$/, "");
  [document.getElementById(id), ...said.parentElement.querySelectorAll(".is-invalid")].filter(Boolean).forEach((input) => {
    input.classList.toggle("is-invalid", isWrong);
    isWrong ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
  });
  const box = isWrong ? undefined : said.closest("form").querySelector(".said-box");
  box?.querySelector(`[data-mistake][href="#${CSS.escape(id)}"]`)?.closest("li").remove();
  if (box?.querySelector("ul")?.childElementCount === 0) {
    box.remove();
  }
};

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (target.matches("form[data-live] :is(.control, td) > .said")) {
    mark(target, Boolean(fragment.querySelector(".form-error")));
  }
});
