// Every request of a page carries its CSRF token and its language. One that fails is told to the user, loses nothing and can be sent again:
// the server is away (`shuke:offline`), the session has ended (`shuke:signed-out`), or the page's token is too old.
import { language, word } from "./words.js";
import { showToast } from "./toasts.js";
import { away } from "./away.js";
import { renewToken, signInAgain } from "./session.js";

const csrfToken = () => document.querySelector('meta[name="csrf-token"]').content;
export const fragmentHeaders = () => ({ "HX-Request": "true", "X-CSRFToken": csrfToken(), "X-Language": language() });
const repeated = new WeakSet();

document.addEventListener("htmx:configRequest", (event) => {
  Object.assign(event.detail.headers, fragmentHeaders());
});

// Sends what failed once more, as the form or element now stands.
const again = ({ elt, requestConfig }) => () => {
  const { verb, path, target, triggeringEvent } = requestConfig;
  if (triggeringEvent?.type === "submit" && elt.isConnected) {
    elt.requestSubmit(triggeringEvent.submitter?.isConnected ? triggeringEvent.submitter : undefined);
  } else if (elt.isConnected) {
    window.htmx.ajax(verb.toUpperCase(), path, { source: elt });
  } else if (verb === "get") {
    window.htmx.ajax("GET", path, { target });
  }
};

// What runs by itself while one types is sent again by the next key anyway.
const isBackground = (elt) => elt.closest("[data-live-trigger], [data-picker], [data-quiet]") !== null;

["htmx:sendError", "htmx:timeout"].forEach((name) => document.addEventListener(name, (event) => {
  away(isBackground(event.detail.elt) ? undefined : again(event.detail));
}));

const renew = async (detail) => {
  if (repeated.has(detail.elt)) {
    showToast(word("failed"), "danger");
    return;
  }
  repeated.add(detail.elt);
  const act = isBackground(detail.elt) ? undefined : again(detail);
  try {
    await renewToken() ? again(detail)() : signInAgain(act);
  } catch {
    away(act);
  }
};

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt } = event.detail;
  const events = xhr.getResponseHeader("HX-Trigger") ?? "";
  if (xhr.status === 401) {
    signInAgain(isBackground(elt) ? undefined : again(event.detail));
  } else if (events.includes("shuke:stale")) {
    renew(event.detail);
  } else if (xhr.status >= 500) {
    showToast(events.includes("shuke:fault") ? JSON.parse(events)["shuke:fault"] : word("fault"), "danger", { action: { label: word("again"), act: again(event.detail) } });
  } else if (!events.includes("shuke:toast") && ![404, 409, 422, 429].includes(xhr.status)) {
    showToast(word("failed"), "danger");
  }
});

document.addEventListener("htmx:afterOnLoad", (event) => repeated.delete(event.detail.elt));

// Going back several pages at once: only the page that was asked for last may arrive.
let returning;

document.addEventListener("htmx:historyCacheMiss", (event) => {
  returning?.abort();
  returning = event.detail.xhr;
});
