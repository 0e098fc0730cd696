// A thin line at the top of the page when an answer takes longer than one waits for without noticing.
import { elementOf } from "./events.js";

const NOTICED_MS = 200;
const PAGE_MS = 10000;
const line = document.getElementById("progress");
const running = new Set();
let timer;
let page;

const show = () => {
  timer ??= setTimeout(() => { line.hidden = false; }, NOTICED_MS);
};

const hide = () => {
  if (running.size === 0) {
    clearTimeout(timer);
    timer = undefined;
    line.hidden = true;
  }
};

const done = (what) => {
  running.delete(what);
  hide();
};

document.addEventListener("htmx:beforeSend", (event) => {
  if (!elementOf(event).closest("[data-live-trigger], [data-picker], [data-quiet]")) {
    running.add(event.detail.xhr);
    show();
  }
});
document.addEventListener("htmx:afterRequest", (event) => done(event.detail.xhr));

// A page that is on its way; a file that is saved instead leaves this one as it is.
const pageComes = () => {
  clearTimeout(page);
  running.add("page");
  show();
  page = setTimeout(() => done("page"), PAGE_MS);
};

const opensHere = (link, event) => (
  link?.href && link.origin === window.location.origin && !link.hash && !link.hasAttribute("download") && !link.target
  && !link.hasAttribute("hx-get") && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
);

document.addEventListener("click", (event) => {
  if (!event.defaultPrevented && opensHere(event.target.closest("a"), event)) {
    pageComes();
  }
});
document.addEventListener("shuke:sent", pageComes);
window.addEventListener("pageshow", () => done("page"));
