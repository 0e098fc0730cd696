// What was typed into a form and not saved yet is kept in this browser for three days, for the person who typed it, and offered again.
import { fragmentHeaders } from "../screens/js/requests.js";
import { elementOf } from "../screens/js/events.js";

const PREFIX = "shuke:draft:";
const KEPT_MS = 3 * 24 * 60 * 60 * 1000;
const WAIT_MS = 500;
const OWN = /^(csrf_token|_.*)$/;

const began = new Map();
const timers = new WeakMap();

const fieldOf = (form, name) => form.querySelector(`input[type=hidden][name="${name}"]`)?.value ?? "";
const keyOf = (form) => `${PREFIX}${form.dataset.draft}:${form.getAttribute("action")}:${fieldOf(form, "_form")}:${fieldOf(form, "_start")}`;

const isPrivate = (form, name) => {
  const names = (form.dataset.draftPrivate ?? "").split(" ").filter(Boolean);
  const parts = name.split(".");
  return names.includes(parts[0]) || names.includes(`${parts[0]}.${parts.at(-1)}`)
    || parts.at(-1) === "_initial" && names.some((one) => one.startsWith(`${parts[0]}.`));
};

// The inputs by the field that they belong to: a sub-table with all its lines is one.
const groupsOf = (form) => {
  const groups = {};
  for (const [name, value] of new FormData(form)) {
    const group = name.split(".")[0];
    if (typeof value === "string" && !OWN.test(group) && !isPrivate(form, name) && form.elements.namedItem(name)?.type !== "password") {
      (groups[group] ??= []).push([name, value]);
    }
  }
  return groups;
};

const read = (key) => {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return draft && Date.now() - draft.at < KEPT_MS ? draft : null;
  } catch {
    return null;
  }
};

const forget = (key) => {
  localStorage.removeItem(key);
  began.delete(key);
};

const keep = (form) => {
  const key = keyOf(form);
  const now = groupsOf(form);
  const first = began.get(key) ?? {};
  const names = [...new Set([...Object.keys(now), ...Object.keys(first)])];
  const changed = names.filter((name) => JSON.stringify(now[name] ?? []) !== JSON.stringify(first[name] ?? []));
  if (changed.length === 0) {
    localStorage.removeItem(key);
    return;
  }
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), changed, entries: changed.flatMap((name) => now[name] ?? []) }));
  } catch {
    // The browser's store is full or shut: the form itself still has everything.
  }
};

const soon = (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (form && event.isTrusted !== undefined && began.has(keyOf(form))) {
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => form.isConnected && keep(form), WAIT_MS));
  }
};

document.addEventListener("input", soon);
document.addEventListener("change", soon);

const offer = (form, draft) => {
  const box = form.querySelector("[data-draft-offer]");
  const at = new Date(draft.at);
  const today = new Date().toDateString() === at.toDateString();
  const time = at.toLocaleString(document.documentElement.lang, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
  box.querySelector("[data-draft-said]").textContent = box.dataset.draftOffer.replace("{time}", time);
  box.hidden = false;
};

const begin = (form) => {
  const key = keyOf(form);
  if (!began.has(key)) {
    began.set(key, groupsOf(form));
    const draft = read(key);
    if (draft) {
      offer(form, draft);
    }
  }
};

const restore = async (form) => {
  const key = keyOf(form);
  const draft = read(key);
  const gone = new Set(draft.changed);
  const body = new URLSearchParams([...new FormData(form)].filter(([name, value]) => typeof value === "string" && !gone.has(name.split(".")[0])));
  draft.entries.forEach(([name, value]) => body.append(name, value));
  body.set("_do", "show");
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: fragmentHeaders() });
  if (!answer.ok) {
    return;
  }
  const { id } = form;
  window.htmx.swap(form, await answer.text(), { swapStyle: "outerHTML" }, { eventInfo: { elt: form, target: form } });
  const restored = document.getElementById(id);
  const input = restored.querySelector(".controls input:not([type=hidden]), .controls select, .controls textarea");
  input?.focus();
  input?.dispatchEvent(new Event("input", { bubbles: true }));
};

document.addEventListener("click", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (form && event.target.closest("[data-draft-restore]")) {
    restore(form);
  } else if (form && event.target.closest("[data-draft-discard]")) {
    localStorage.removeItem(keyOf(form));
    form.querySelector("[data-draft-offer]").hidden = true;
    form.querySelector(".controls input:not([type=hidden])")?.focus();
  }
});

// Saved: the answer leads on, closes the dialog, or is a fresh form.
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = elementOf(event);
  if (form.matches("form[data-draft]")) {
    event.detail.requestConfig.draft = keyOf(form);
    clearTimeout(timers.get(form));
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const done = xhr.getResponseHeader("HX-Redirect") || xhr.getResponseHeader("HX-Trigger")?.includes("shuke:saved");
  if (requestConfig?.draft && xhr.status < 400 && done) {
    forget(requestConfig.draft);
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (requestConfig?.draft && xhr.status > 0 && xhr.status < 400 && xhr.getResponseHeader("HX-Redirect")) {
    forget(requestConfig.draft);
  }
});

// Whoever signs out leaves nothing behind for the next person at this browser.
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === "/logout") {
    Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => localStorage.removeItem(key));
  }
});

const start = (place) => place.querySelectorAll?.("form[data-draft]").forEach(begin);

Object.keys(localStorage).filter((key) => key.startsWith(PREFIX) && !read(key)).forEach((key) => localStorage.removeItem(key));
document.addEventListener("htmx:load", (event) => {
  const place = elementOf(event);
  place.matches("form[data-draft]") ? begin(place) : start(place);
});
start(document);
