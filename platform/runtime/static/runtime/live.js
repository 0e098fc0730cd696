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

// After a refused save, lead to the first sentence that says why.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.matches?.("form[data-live]") && event.detail.xhr?.status >= 400) {
    const wrong = event.detail.elt.querySelector(".said-box, .is-invalid, .form-error");
    wrong?.scrollIntoView({ block: "center" });
    wrong?.closest(".control, td")?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }
});
