// A form while it is filled in: says which fields were touched and changed, saves by Ctrl+Enter.
import { send } from "../screens/js/forms.js";
import { changesOf } from "./changes.js";

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

// Where nobody has typed yet stands the default, which follows what it depends on: it is sent as a blank and comes back.
const FOLLOWERS = ":is(input:not([type=hidden], [type=checkbox], [type=radio]), select)";
const followerIn = (form, name) => {
  const input = form.querySelector(`${FOLLOWERS}[name="${CSS.escape(name)}"]`);
  return input && input !== document.activeElement && !changesOf(form).has(name) ? input : undefined;
};
const followersIn = (form) => (form.dataset.defaults ?? "").split(" ").filter((name) => name && followerIn(form, name));

document.addEventListener("shuke:follow", (event) => {
  const form = event.target.closest?.("form[data-live]");
  Object.entries(form ? event.detail : {}).forEach(([name, value]) => {
    const input = name !== "elt" && followerIn(form, name);
    if (input) {
      input.value = value;
    }
  });
});

document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  const form = elt?.closest("form[data-live]");
  if (form && elt.matches("[data-live-trigger]")) {
    parameters._touched = [...(touched.get(form) ?? [])].join(" ");
    parameters._changed = [...changesOf(form).ask()].join(" ");
    const followers = followersIn(form);
    parameters._default = followers.join(" ");
    followers.forEach((name) => { parameters[name] = ""; });
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
    send(form);
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

const markUnsaved = (event) => {
  const mark = event.target.closest?.("form[data-live]")?.querySelector("[data-unsaved]");
  if (mark) {
    mark.hidden = false;
  }
};

document.addEventListener("input", markUnsaved);
document.addEventListener("change", markUnsaved);
