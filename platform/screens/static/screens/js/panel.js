// A linked record beside the page: links with `data-panel` open there, the way back in the browser's history closes it.
// Its content is what the address answers to a request with the header `X-Panel: 1`.
const panel = document.getElementById("panel");
const body = document.getElementById("panel-body");
const title = document.getElementById("panel-heading");
const full = panel.querySelector("[data-panel-full]");
const narrow = window.matchMedia("(width <= 900px)");
let opener;

const depth = () => window.history.state?.depth ?? 0;

const wait = () => {
  body.replaceChildren(document.getElementById("panel-waiting").content.cloneNode(true));
  body.setAttribute("aria-busy", "true");
};

// Beside a wide page the panel leaves the page usable; on a telephone it is all there is.
const open = () => {
  if (panel.open) {
    return;
  }
  opener = document.activeElement;
  narrow.matches ? panel.showModal() : panel.show();
};

const close = () => {
  if (!panel.open) {
    return;
  }
  panel.close();
  body.replaceChildren();
  if (opener?.isConnected) {
    opener.focus();
  }
};

const load = (address, heading) => {
  title.textContent = heading;
  full.href = address;
  wait();
  open();
  return window.htmx.ajax("GET", address, { source: body, target: body, swap: "innerHTML", headers: { "X-Panel": "1" } });
};

const show = (address, heading) => {
  window.history.pushState({ panel: address, heading, depth: depth() + 1 }, "");
  load(address, heading);
};

const leave = () => {
  if (depth() > 0) {
    window.history.go(-depth());
  } else {
    close();
  }
};

const linkOf = (event) => {
  const row = event.target.closest("tr[data-href]:has(a[data-panel])");
  if (row && !event.target.closest("a, button, input, label, select") && String(window.getSelection()) === "") {
    return row.querySelector("a[data-panel]");
  }
  return event.target.closest("a[data-panel]");
};

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
    return;
  }
  const link = linkOf(event);
  // What a dialog shows lies above the panel: from there a link leads to the page itself.
  if (link && !link.closest("dialog:modal:not(#panel)")) {
    event.preventDefault();
    show(link.href, link.textContent.trim());
  } else if (event.target.closest("[data-panel-close]")) {
    leave();
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === body) {
    body.removeAttribute("aria-busy");
    body.scrollTop = 0;
    const heading = body.querySelector("#panel-title, h1, h2");
    title.textContent = heading?.textContent.trim() || title.textContent;
    body.focus();
  }
});

// Nothing came: the message says why, and the page is as it was.
["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => document.addEventListener(name, (event) => {
  if (event.detail.target === body && event.detail.xhr.status !== 401) {
    leave();
  }
}));

// Saved or changed in a dialog over the panel: it shows what is now true.
document.addEventListener("shuke:saved", () => {
  if (panel.open && window.history.state?.panel) {
    load(window.history.state.panel, title.textContent);
  }
});

panel.addEventListener("cancel", (event) => {
  event.preventDefault();
  leave();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel.open && !event.defaultPrevented && !document.querySelector("dialog:modal, details.menu[open]")) {
    leave();
  }
});

// The capture phase, before htmx takes the step for one of its own and draws the page anew.
window.addEventListener("popstate", (event) => {
  const wanted = event.state?.panel;
  if (wanted) {
    event.stopImmediatePropagation();
    load(wanted, event.state.heading);
  } else if (panel.open) {
    event.stopImmediatePropagation();
    close();
  }
}, true);

if (window.history.state?.panel) {
  document.addEventListener("DOMContentLoaded", () => load(window.history.state.panel, window.history.state.heading));
}
