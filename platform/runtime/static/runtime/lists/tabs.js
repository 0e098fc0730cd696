// The view that is open stands in sight where not all have room side by side.
import { elementOf } from "../../screens/js/events.js";

const reveal = (root) => {
  const current = root.querySelector?.(".list-tabs [aria-current]");
  const bar = current?.closest(".list-tabs");
  if (bar && bar.scrollWidth > bar.clientWidth) {
    bar.scrollLeft = current.offsetLeft - bar.offsetLeft - (bar.clientWidth - current.offsetWidth) / 2;
  }
};

reveal(document);
document.addEventListener("htmx:load", (event) => reveal(elementOf(event)));
