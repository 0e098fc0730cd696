// Tabs of a form: without script all panels are open, one below the other.
import { elementOf } from "../screens/js/events.js";

const show = (tablist, tab) => {
  tablist.querySelectorAll("[role=tab]").forEach((other) => {
    const isShown = other === tab;
    other.setAttribute("aria-selected", String(isShown));
    other.tabIndex = isShown ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = !isShown;
  });
};

const prepare = (root) => {
  root.querySelectorAll?.("[role=tablist][hidden]").forEach((tablist) => {
    tablist.hidden = false;
    const wrong = [...tablist.querySelectorAll("[role=tab]")].find((tab) => (
      document.getElementById(tab.getAttribute("aria-controls")).querySelector(".form-error")
    ));
    show(tablist, wrong ?? tablist.querySelector("[role=tab]"));
  });
};

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[role=tab]");
  if (tab && !tab.closest("[data-record-tabs]")) {
    show(tab.closest("[role=tablist]"), tab);
  }
});

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[role=tablist]:not([data-record-tabs]) [role=tab]");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (tab && step) {
    const all = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
    const next = all[(all.indexOf(tab) + step + all.length) % all.length];
    show(tab.closest("[role=tablist]"), next);
    next.focus();
  }
});

document.addEventListener("htmx:load", (event) => prepare(elementOf(event).parentElement ?? document));
prepare(document);
