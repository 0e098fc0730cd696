// A form while it is filled in: says which fields were touched, never lets an older answer replace a newer one, saves by Ctrl+Enter.
const touched = new WeakMap();

const remember = (event) => {
  const form = event.target.closest?.("form[data-live]");
  if (form && event.target.name) {
    touched.set(form, (touched.get(form) ?? new Set()).add(event.target.name));
  }
};

document.addEventListener("change", remember);
document.addEventListener("focusout", (event) => {
  if (event.target.value) {
    remember(event);
  }
});

document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters, triggeringEvent } = event.detail;
  const form = elt.closest("form[data-live]");
  if (form && elt.matches("[data-live-trigger]")) {
    parameters._touched = [...(touched.get(form) ?? [])].join(" ");
    parameters._trigger = triggeringEvent?.target?.name ?? "";
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) {
    return;
  }
  const form = event.target.closest("form[data-guard]") ?? document.querySelector("form[data-guard]");
  if (form) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]") ?? undefined);
  }
});

// What a blank input will get when it is left blank stands in it faintly.
const suggest = (form, name, text) => {
  const input = form.querySelector(`[name="${CSS.escape(name)}"]:not([name="_field"])`);
  if (input?.matches("[data-picker-value]")) {
    input.closest("[data-picker]").querySelector("[data-picker-text]").placeholder = text;
  } else if (input?.matches("select")) {
    const blank = input.querySelector('option[value=""]');
    blank?.replaceChildren(text);
  } else if (input?.matches("input[type=text]")) {
    input.placeholder = text;
  }
};

document.addEventListener("shuke:suggest", (event) => {
  const form = event.target.closest?.("form[data-live]");
  if (form) {
    Object.entries(event.detail).filter(([name]) => name !== "elt").forEach(([name, text]) => suggest(form, name, text));
  }
});

// A part that comes back anew must not undo what was typed while its answer was under way, nor take the focus away.
const versions = new WeakMap();
const sent = new WeakMap();
const versionOf = (form) => versions.get(form) ?? 0;
let focused = "";

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-live]");
  if (form) {
    versions.set(form, versionOf(form) + 1);
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt.matches("[data-live-trigger]") && event.detail.elt.closest("form");
  if (form) {
    sent.set(form, versionOf(form));
  }
});

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target } = event.detail;
  const form = target.closest?.("form[data-live]");
  const holdsInputs = target.querySelector?.("input:not([type=hidden]), select, textarea");
  if (form && holdsInputs && sent.get(form) !== versionOf(form)) {
    event.detail.shouldSwap = false;
  }
  focused = target.contains(document.activeElement) ? document.activeElement.name : "";
});

document.addEventListener("htmx:oobAfterSwap", () => {
  if (focused) {
    document.querySelector(`form[data-live] [name="${CSS.escape(focused)}"]:not([type=hidden])`)?.focus();
    focused = "";
  }
});

// After a refused save, lead to the first sentence that says why.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.matches?.("form[data-live]") && event.detail.xhr?.status >= 400) {
    const wrong = event.detail.elt.querySelector(".said-box, .is-invalid, .form-error");
    wrong?.scrollIntoView({ block: "center" });
    wrong?.closest(".control, td")?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }
});
