// The look at what would be printed: a shade while it is drawn, and a word with a way on when nothing comes.
const shown = () => document.getElementById("print-preview");

const put = (place, name) => {
  const prepared = place.parentElement.querySelector(`template[data-print-${name}]`);
  place.replaceChildren(prepared.content.cloneNode(true));
  window.htmx.process(place);
};

document.addEventListener("htmx:beforeSend", (event) => {
  const place = shown();
  if (place && event.detail.target === place) {
    put(place, "waiting");
    place.setAttribute("aria-busy", "true");
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  const place = shown();
  if (place && event.detail.target === place && !event.detail.successful) {
    put(place, "failed");
  }
  place?.removeAttribute("aria-busy");
});
