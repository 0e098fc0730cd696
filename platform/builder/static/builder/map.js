// The map: dragging moves it, buttons, keys and the wheel with Ctrl zoom, the links of a box light up while it is pointed at.
const frame = () => document.getElementById("map");
const drawing = () => frame()?.querySelector(".map");
const LARGEST = 2.5;
const STEP = 1.25;
let held;

const view = () => drawing().viewBox.baseVal;
const size = () => ({ width: Number(drawing().dataset.width), height: Number(drawing().dataset.height) });
const show = (x, y, width, height) => drawing().setAttribute("viewBox", [x, y, width, height].map((one) => Math.round(one * 10) / 10).join(" "));

const pixels = () => {
  const box = drawing().getBoundingClientRect();
  const { width, height } = view();
  return Math.max(width / box.width, height / box.height);
};

const zoom = (factor, at) => {
  const { x, y, width, height } = view();
  const box = drawing().getBoundingClientRect();
  const whole = size();
  const wide = Math.min(Math.max(width / factor, box.width / LARGEST), Math.max(whole.width, box.width) * 1.5);
  const real = width / wide;
  const [left, top] = at ? [(at.clientX - box.left) / box.width, (at.clientY - box.top) / box.height] : [0.5, 0.5];
  show(x + width * left * (1 - 1 / real), y + height * top * (1 - 1 / real), wide, height / real);
};

const everything = () => {
  const { width, height } = size();
  show(0, 0, width, height);
};

// A drawing that would be too small to read begins at its upper left, at a size at which it can be read.
const begin = () => {
  if (!drawing() || drawing().dataset.begun) {
    return;
  }
  drawing().dataset.begun = "1";
  const box = drawing().getBoundingClientRect();
  const least = 0.7;
  if (1 / pixels() < least) {
    const width = Math.min(size().width, box.width / least);
    show(0, (size().height - box.height / least) / 2, width, box.height / least);
  }
};

const pan = (dx, dy) => {
  const { x, y, width, height } = view();
  show(x + dx * pixels(), y + dy * pixels(), width, height);
};

begin();
document.addEventListener("htmx:load", begin);

document.addEventListener("click", (event) => {
  const wanted = event.target.closest?.("[data-zoom]")?.dataset.zoom;
  if (wanted === "all") {
    everything();
  } else if (wanted) {
    zoom(wanted === "in" ? STEP : 1 / STEP);
  } else if (held?.moved && event.target.closest?.("#map")) {
    event.preventDefault();
  }
}, true);

document.addEventListener("pointerdown", (event) => {
  if (event.button === 0 && event.target.closest?.("#map")) {
    held = { id: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
  }
});

document.addEventListener("pointermove", (event) => {
  if (held?.id !== event.pointerId || event.buttons === 0 || !drawing()) {
    return;
  }
  const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
  if (held.moved || Math.hypot(dx, dy) > 4) {
    frame().classList.add("is-held");
    pan(-dx, -dy);
    Object.assign(held, { x: event.clientX, y: event.clientY, moved: true });
  }
});

document.addEventListener("pointerup", () => frame()?.classList.remove("is-held"));
document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.("#map")) {
    event.preventDefault();
  }
});

document.addEventListener("wheel", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.target.closest?.("#map")) {
    event.preventDefault();
    zoom(event.deltaY < 0 ? STEP : 1 / STEP, event);
  }
}, { passive: false });

const KEYS = { ArrowLeft: () => pan(-60, 0), ArrowRight: () => pan(60, 0), ArrowUp: () => pan(0, -60), ArrowDown: () => pan(0, 60), "+": () => zoom(STEP), "=": () => zoom(STEP), "-": () => zoom(1 / STEP), 0: everything };

document.addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  if (act && event.target.closest?.("#map") && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    act();
  }
});

const light = (name) => {
  const lines = [...document.querySelectorAll(".map-line")];
  const near = new Set([name]);
  lines.forEach((line) => {
    const { source, target } = line.dataset;
    const isOf = source === name || target === name;
    line.classList.toggle("is-lit", Boolean(name) && isOf);
    line.classList.toggle("is-dim", Boolean(name) && !isOf);
    if (isOf) {
      near.add(source).add(target);
    }
  });
  document.querySelectorAll(".map-box").forEach((box) => box.classList.toggle("is-dim", Boolean(name) && !near.has(box.dataset.name)));
};

// A box that is reached by keyboard comes into sight.
const bring = (box) => {
  const [, x, y] = /translate\((\d+) (\d+)\)/.exec(box.getAttribute("transform"));
  const { x: left, y: top, width, height } = view();
  if (x < left || Number(x) + 188 > left + width || y < top || Number(y) + 46 > top + height) {
    show(Number(x) - width / 2 + 94, Number(y) - height / 2 + 23, width, height);
  }
};

document.addEventListener("focusin", (event) => {
  const box = event.target.closest?.(".map-box");
  light(box?.dataset.name);
  if (box?.matches(":focus-visible")) {
    frame().scrollTo(0, 0);
    bring(box);
  }
});
document.addEventListener("pointerover", (event) => {
  if (frame()?.contains(event.target)) {
    light(event.target.closest?.(".map-box")?.dataset.name ?? document.activeElement?.closest?.(".map-box")?.dataset.name);
  }
});
