// Start pages and dashboards: focus for the search, choices that send themselves, charts when they come into view, all of them on paper.
import { language } from "../screens/js/words.js";
import { drawCharts } from "./charts.js";

if (window.matchMedia("(min-width: 901px)").matches) {
  document.querySelector("[data-focus-wide]")?.focus({ preventScroll: true });
}

document.addEventListener("change", (event) => {
  event.target.closest("[data-send-on-change]")?.requestSubmit();
});

document.addEventListener("htmx:afterSettle", () => drawCharts(document));
drawCharts(document);

// A printer does not wait for parts that come when somebody turns to them: what is missing is fetched while the page stands still.
const fetchNow = (tile) => {
  const request = new XMLHttpRequest();
  request.open("GET", tile.getAttribute("hx-get"), false);
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("X-Language", language());
  try {
    request.send();
  } catch {
    return; // the server is away: the rest is printed all the same
  }
  const fresh = request.status === 200 && new DOMParser().parseFromString(request.responseText, "text/html").getElementById(tile.id);
  if (fresh) {
    tile.replaceWith(fresh);
    window.htmx.process(fresh);
  }
};

window.addEventListener("beforeprint", () => {
  document.querySelectorAll(".tile-part:has(> .tile-skeleton)").forEach(fetchNow);
  drawCharts(document);
});
