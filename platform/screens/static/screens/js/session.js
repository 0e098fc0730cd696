// The session as the page knows it: renews the CSRF token, and asks to sign in again over the page when the session has ended.
const dialog = () => document.getElementById("sign-in");
const actorOfPage = document.querySelector('meta[name="actor"]')?.content ?? "";
let waiting;

const useToken = (token) => {
  document.querySelector('meta[name="csrf-token"]').content = token;
  document.querySelectorAll('input[name="csrf_token"]').forEach((input) => { input.value = token; });
};

// Whether the visitor of this page is still signed in; the page's forms then carry a fresh token. Throws when the server is away.
export const renewToken = async () => {
  const answer = await fetch("/me/token", { headers: { "HX-Request": "true" }, cache: "no-store" });
  if (answer.status === 401) {
    return false;
  }
  if (!answer.ok) {
    throw new Error(`The token could not be renewed: ${answer.status}.`);
  }
  const { token, actor } = await answer.json();
  if (actor !== actorOfPage) {
    // Somebody else signed in: nothing of the page is theirs.
    window.location.assign("/");
    return new Promise(() => {});
  }
  useToken(token);
  return true;
};

// Opens the sign-in dialog; `act` is done once the same person has signed in.
export const signInAgain = (act) => {
  waiting = act ?? waiting;
  if (dialog().open) {
    return;
  }
  document.dispatchEvent(new CustomEvent("shuke:signed-out"));
  window.htmx.ajax("GET", dialog().dataset.address, { target: "#sign-in-body", swap: "innerHTML" }).then(() => {
    if (!dialog().open) {
      dialog().showModal();
    }
  });
};

document.addEventListener("shuke:signed-in", async () => {
  if (!await renewToken()) {
    return;
  }
  dialog().close();
  const act = waiting;
  waiting = undefined;
  act?.();
});
