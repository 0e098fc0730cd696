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
