// The look at what would be printed: a shade while it is drawn, and a word with a way on when nothing comes.
const shown = () => document.getElementById("print-preview");

const put = (place, name) => {
  const prepared = place.parentElement.querySelector(`template[data-print-${name}]`);
  place.replaceChildren(prepared.content.cloneNode(true));
  [...place.children].forEach((one) => window.htmx.process(one));
};

document.addEventListener("htmx:beforeSend", (event) => {
  const place = shown();
  if (place && event.detail.target === place) {
    put(place, "waiting");
    place.parentElement.setAttribute("aria-busy", "true");
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  const place = shown();
  if (place && event.detail.target === place && !event.detail.successful) {
    put(place, "failed");
  }
  place?.parentElement.removeAttribute("aria-busy");
});

// A dialog that has come is looked at once; htmx may take up new elements twice, and would then draw twice.
const look = () => {
  const place = shown();
  if (place && !place.firstElementChild) {
    window.htmx.trigger(place, "shuke:look");
  }
};

document.addEventListener("htmx:afterSettle", look);
window.addEventListener("load", look);
