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

// What is typed is looked at before the field is left too, once there is enough of it to say something.
const ENOUGH = 4;
document.addEventListener("input", (event) => {
  if (event.target.value?.length >= ENOUGH && event.target.matches("input[type=tel], input[type=text], input[type=email]")) {
    remember(event);
  }
});

document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters, triggeringEvent } = event.detail;
  const form = elt?.closest("form[data-live]");
  if (form && elt.matches("[data-live-trigger]")) {
    parameters._touched = [...(touched.get(form) ?? [])].join(" ");
    parameters._trigger = triggeringEvent?.target?.name ?? "";
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) {
    return;
  }
  const form = event.target.closest("form:is([data-guard], [data-guard-quiet]), #dialog form:not([method=dialog])")
    ?? document.querySelector("#dialog[open] form:not([method=dialog])") ?? document.querySelector("form[data-guard]");
  if (form) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]") ?? undefined);
  }
});

// What a blank input will get when it is left blank stands in it faintly.
const suggest = (form, name, text) => {
  const input = form.querySelector(`[name="${CSS.escape(name)}"]:not([name="_field"])`);
  if (input?.matches("[data-picker-value]")) {
    const typed = input.closest("[data-picker]").querySelector("[data-picker-text]");
    typed.dataset.blank ??= typed.placeholder;
    typed.placeholder = text || typed.dataset.blank;
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

// A part that comes back anew must not undo what was typed while its answer was under way, nor take the focus or the caret away.
const versions = new WeakMap();
const sent = new WeakMap();
const versionOf = (form) => versions.get(form) ?? 0;
let focused;

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-live]");
  if (form) {
    versions.set(form, versionOf(form) + 1);
  }
});

const markUnsaved = (event) => {
  const mark = event.target.closest?.("form[data-live]")?.querySelector("[data-unsaved]");
  if (mark) {
    mark.hidden = false;
  }
};

document.addEventListener("input", markUnsaved);
document.addEventListener("change", markUnsaved);

// The answer may come after the form was saved or closed: then it has no place any more. The element hears of it alone, off the page.
const dropIfGone = (event) => {
  if (!event.currentTarget.isConnected) {
    event.preventDefault();
  }
};

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt?.matches("[data-live-trigger]") && event.detail.elt.closest("form");
  if (form) {
    event.detail.elt.addEventListener("htmx:beforeOnLoad", dropIfGone);
    sent.set(form, versionOf(form));
  }
});

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const form = target.closest?.("form[data-live]");
  const holdsInputs = target.querySelector?.("input:not([type=hidden]), select, textarea");
  if (form && holdsInputs && sent.get(form) !== versionOf(form)) {
    event.detail.shouldSwap = false;
  }
  // What says the same already is left alone: no flicker, and nothing is read out twice.
  if (form && !holdsInputs && target.children.length === 0 && fragment && fragment.textContent === target.textContent && fragment.children?.length === 0) {
    event.detail.shouldSwap = false;
  }
  const { activeElement } = document;
  focused = target.contains(activeElement) ? { name: activeElement.name, start: activeElement.selectionStart, end: activeElement.selectionEnd } : undefined;
});

document.addEventListener("htmx:oobAfterSwap", () => {
  if (focused?.name) {
    const input = document.querySelector(`form[data-live] [name="${CSS.escape(focused.name)}"]:not([type=hidden])`);
    input?.focus();
    if (input && focused.start !== null && focused.start !== undefined) {
      input.setSelectionRange(focused.start, focused.end);
    }
  }
  focused = undefined;
});

// After a refused save, lead to the first input that has to be changed, on the tab where it is.
const inputOf = (place) => place?.matches("input, select, textarea") ? place : place?.querySelector("input:not([type=hidden]), select, textarea, button");

const lead = (place) => {
  const panel = place.closest("[role=tabpanel]");
  if (panel?.hidden) {
    document.getElementById(panel.getAttribute("aria-labelledby"))?.click();
  }
  place.scrollIntoView({ block: "center" });
  inputOf(place)?.focus();
};

document.addEventListener("htmx:afterSettle", (event) => {
  const form = event.detail.elt;
  if (!form?.matches?.("form[data-live], form#transition") || !(event.detail.xhr?.status >= 400)) {
    return;
  }
  const wrong = form.querySelector(".is-invalid, .form-error");
  const control = wrong?.closest(".control, td, [data-related-line]");
  const said = form.querySelector(".said-box");
  if (control) {
    lead(wrong.matches(".is-invalid") ? wrong : control);
  } else if (said) {
    said.scrollIntoView({ block: "center" });
    said.querySelector("button, input, a")?.focus();
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-mistake]");
  const place = link && document.getElementById(link.hash.slice(1));
  if (place) {
    event.preventDefault();
    lead(place);
  }
});
