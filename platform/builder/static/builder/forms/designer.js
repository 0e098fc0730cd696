// The form designer: what is chosen, moved and added becomes one request each; the server draws the form anew.
import { elementOf } from "../../screens/js/events.js";
import { choose, chooseBy, mark, showSide } from "./choosing.js";
import { add, focusKept, prepare } from "./moving.js";
import { canvas, get, kept, nodeOf, page, post, word } from "./page.js";

const language = () => (document.documentElement.lang.startsWith("zh") ? "zh" : "en");
const frame = () => page().querySelector(".phone-frame");

const openTab = (tab) => tab && !document.getElementById(tab.getAttribute("aria-controls"))?.matches(":not([hidden])") && tab.click();

// The tab that was open stays open, unless what is chosen stands in another one.
const showTab = () => {
  const around = kept.chosen.length ? nodeOf(kept.chosen[0])?.closest("[role=tabpanel]") : undefined;
  const wanted = around ? document.getElementById(around.getAttribute("aria-labelledby")) : canvas().querySelector(`[role=tab][data-key="${CSS.escape(kept.tab)}"]`);
  if (wanted && wanted.getAttribute("aria-selected") !== "true") {
    const chosen = kept.chosen;
    wanted.dispatchEvent(new CustomEvent("builder:show", { bubbles: true }));
    canvas().querySelectorAll("[role=tab]").forEach((tab) => {
      const isShown = tab === wanted;
      tab.setAttribute("aria-selected", String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !isShown;
    });
    kept.chosen = chosen;
  }
};

const showDevice = () => {
  const isPhone = kept.device === "phone";
  page().querySelectorAll("[data-device]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.device === kept.device)));
  canvas().hidden = isPhone;
  document.getElementById("phone-stage").hidden = !isPhone;
  if (isPhone) {
    frame().src = `${frame().dataset.src}?lang=${language()}`;
  }
};

const keyIn = (element) => {
  const control = element.closest("[id^=f-]");
  for (let one = control; one; one = one.parentElement?.closest("[id^=f-]")) {
    const place = /^f-p(\d+(?:-\d+)*)$/.exec(one.id)?.[1].replaceAll("-", ".");
    const key = place ?? /^f-(.+)-control$/.exec(one.id)?.[1];
    if (key && nodeOf(key)) {
      return key;
    }
  }
  return "";
};

const markPhone = () => {
  const inside = frame()?.contentDocument;
  inside?.querySelectorAll(".is-chosen").forEach((one) => one.classList.remove("is-chosen"));
  kept.chosen.forEach((key) => {
    const found = inside?.getElementById(/^\d/.test(key) ? `f-p${key.replaceAll(".", "-")}` : `f-${key}-control`);
    found?.classList.add("is-chosen");
    found?.scrollIntoView({ block: "nearest" });
  });
};

const listenToPhone = () => {
  frame().addEventListener("load", () => {
    frame().contentDocument.addEventListener("click", (event) => {
      const key = event.target.closest("[role=tab]") ? "" : keyIn(event.target);
      if (key) {
        event.preventDefault();
        chooseBy(key, event);
      }
    });
    markPhone();
  });
};

// Where a new field was made its name is typed at once; what Enter opened begins at its first input.
const focusLabel = () => {
  const root = document.getElementById("form-chosen");
  const input = root.querySelector(`[data-pointer$="label"] input[lang=${language()}]`) ?? root.querySelector("input, textarea, select");
  input?.focus();
  input?.select?.();
  kept.label = "";
};

// Where the settings stand below the form, they are reached from what is chosen.
const showSettings = () => {
  showSide("chosen");
  const side = page().querySelector("[data-side=chosen]");
  side.focus({ preventScroll: true });
  side.scrollIntoView({ block: "start" });
};

let isReading = false;

const begin = () => {
  if (!canvas()) {
    return;
  }
  kept.chosen = canvas().dataset.chosen.split(",").filter(Boolean);
  showTab();
  prepare();
  showDevice();
  choose(kept.chosen, { fetch: false, side: false });
  if (kept.chosen.length && kept.side !== "chosen" || !kept.side) {
    showSide(kept.chosen.length ? "chosen" : kept.side || "add");
  } else {
    showSide(kept.side);
  }
  if (kept.label && kept.chosen.length) {
    kept.focus = kept.chosen[0];
    focusLabel();
  } else if (document.activeElement === document.body || document.activeElement === null) {
    focusKept();
  }
  isReading = false;
};

document.addEventListener("htmx:load", (event) => {
  const element = elementOf(event);
  if (element.id === "form-canvas") {
    begin();
  } else if (element.querySelector?.("#form-designer") || element.id === "form-designer") {
    listenToPhone();
    begin();
  } else if (element.id === "form-chosen" && kept.label && !document.getElementById("form-settings").hidden) {
    focusLabel();
  } else if (element.id === "form-rest" || element.closest?.("#form-rest")) {
    prepare();
    seek();
  }
});

// A change of a panel makes the drawing old: it is fetched again, while what is typed beside it stays.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (/\/(undo|redo)$/.test(detail.requestConfig?.path ?? "")) {
    return;
  }
  const bar = document.getElementById("draft-bar");
  if (canvas() && bar && !isReading && bar.dataset.revision !== canvas().dataset.revision) {
    isReading = true;
    get("", "#form-canvas", { chosen: kept.chosen.join(","), only: "canvas" }).finally(() => {
      isReading = false;
    });
  }
});

document.addEventListener("builder:chosen", markPhone);
document.addEventListener("builder:renamed", ({ detail: { from, to } }) => {
  kept.chosen = kept.chosen.map((key) => (key === from ? to : key));
  kept.focus = kept.focus === from ? to : kept.focus;
  const head = document.querySelector("#form-chosen .chosen-head");
  if (head) {
    head.dataset.key = to;
    head.querySelector("code").textContent = to;
  }
});

document.addEventListener("click", (event) => {
  const target = event.target;
  const tab = target.closest?.("#form-canvas [role=tab]");
  if (tab) {
    kept.tab = tab.dataset.key;
  }
  const device = target.closest?.("[data-device]");
  if (device && page()) {
    kept.device = device.dataset.device;
    showDevice();
    mark();
  }
  const offer = target.closest?.("#form-add .offer");
  if (offer) {
    add(offer);
  }
  const tool = target.closest?.("[data-do]");
  if (tool && page()) {
    act(tool);
  }
});

const act = (tool) => {
  const { do: action, value } = tool.dataset;
  const dialog = tool.closest("dialog");
  if (action === "settings") {
    showSettings();
    return;
  }
  if (action === "remove") {
    window.htmx.ajax("GET", `${page().dataset.address}/uses`, { target: "#dialog-body", swap: "innerHTML", values: { chosen: kept.chosen.join(",") } });
    return;
  }
  if (dialog) {
    dialog.close();
  }
  post(action === "remove-now" ? "remove" : action, value === undefined ? {} : { value });
};

window.addEventListener("builder:open-tab", ({ detail: tab }) => openTab(tab));

// The search of the palette, by words in both languages and by pinyin.
const seek = () => {
  const text = document.getElementById("form-find")?.value.trim().toLowerCase() ?? "";
  let found = 0;
  document.querySelectorAll("#form-add .offer").forEach((offer) => {
    const fits = offer.dataset.sought.includes(text);
    offer.parentElement.hidden = !fits;
    found += fits ? 1 : 0;
  });
  document.querySelectorAll("#form-add [data-offers]").forEach((group) => {
    group.hidden = !group.querySelector("li:not([hidden])");
  });
  document.querySelector("[data-offers-none]").hidden = found > 0;
  document.getElementById("form-found").textContent = text ? word("wordFound", { count: found }) : "";
};

// Escape outside of inputs lets go of what is chosen.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && canvas() && kept.chosen.length && !event.defaultPrevented && !event.target.closest("input, textarea, select, dialog")) {
    choose([]);
  }
});

document.addEventListener("input", (event) => event.target.id === "form-find" && seek());
document.addEventListener("keydown", (event) => {
  if (event.target.id === "form-find" && event.key === "Enter") {
    event.preventDefault();
    const first = document.querySelector("#form-add li:not([hidden]) .offer");
    if (first) {
      add(first);
    }
  }
});
