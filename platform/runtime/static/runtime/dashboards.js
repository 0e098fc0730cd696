// Start pages and dashboards: focus for the search, choices that send themselves, charts when they come into view.
import { drawCharts } from "./charts.js";

if (window.matchMedia("(min-width: 901px)").matches) {
  document.querySelector("[data-focus-wide]")?.focus({ preventScroll: true });
}

document.addEventListener("change", (event) => {
  event.target.closest("[data-send-on-change]")?.requestSubmit();
});

document.addEventListener("htmx:afterSettle", () => drawCharts(document));
drawCharts(document);
