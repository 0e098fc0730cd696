// Every htmx request carries the CSRF token; a failed one is told to the user.
import { word } from "./words.js";
import { showToast } from "./toasts.js";

export const csrfToken = () => document.querySelector('meta[name="csrf-token"]').content;

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});

document.addEventListener("htmx:sendError", () => showToast(word("offline"), "danger"));
document.addEventListener("htmx:timeout", () => showToast(word("offline"), "danger"));

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  const told = xhr.getResponseHeader("HX-Trigger")?.includes("shuke:toast");
  if (!told && ![404, 409, 422].includes(xhr.status)) {
    showToast(word("failed"), "danger");
  }
});

// Going back several pages at once: only the page that was asked for last may arrive.
let returning;

document.addEventListener("htmx:historyCacheMiss", (event) => {
  returning?.abort();
  returning = event.detail.xhr;
});
