// What the page of the form designer knows: the form, what is chosen in it, and how it talks to the server and to people.
// Everything is read from the canvas, which the server draws anew after each gesture; what only the browser knows is kept here.
export const kept = { chosen: [], anchor: "", side: "", device: "desk", tab: "", focus: "", label: "" };

export const page = () => document.getElementById("form-designer");
export const canvas = () => document.getElementById("form-canvas");
export const nodes = () => [...(canvas()?.querySelectorAll(".node") ?? [])];
export const nodeOf = (key) => canvas()?.querySelector(`.node[data-key="${CSS.escape(key)}"], [role=tab][data-key="${CSS.escape(key)}"]`);
export const gripOf = (node) => node?.matches("[role=tab]") ? node : node?.querySelector(":scope > .node-bar > .node-grip");
export const isShown = (node) => node.offsetParent !== null;

export const say = (text) => {
  document.getElementById("form-said").textContent = text;
};

export const word = (name, values = {}) => (
  page().dataset[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole)
);

export const get = (path, target, values = {}) => window.htmx.ajax("GET", `${page().dataset.address}${path}`, { target, swap: "outerHTML", values });

// One gesture: one request; what it draws replaces the canvas, what it chooses is chosen.
export const post = (action, values = {}) => window.htmx.ajax("POST", `${page().dataset.address}/${action}`, {
  target: "#form-canvas", swap: "outerHTML", values: { chosen: kept.chosen.join(","), ...values },
});
