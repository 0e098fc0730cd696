// The link and the snippet of a public form are copied by a button; what the settings change is drawn anew beside them.
import { fragmentHeaders } from "../screens/js/requests.js";

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  const source = button && document.getElementById(button.dataset.copy);
  if (!source) {
    return;
  }
  try {
    await navigator.clipboard.writeText(source.value);
  } catch {
    source.select();
    document.execCommand("copy");
  }
  const said = document.getElementById("public-said");
  said.textContent = said.dataset.said;
});

document.addEventListener("shuke:draft", async ({ target }) => {
  if (!target.closest?.(".public-settings")) {
    return;
  }
  const answer = await fetch(window.location.href, { headers: fragmentHeaders() });
  const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".public-link");
  const old = document.querySelector(".public-link");
  if (fresh && old) {
    old.replaceWith(document.adoptNode(fresh));
    window.htmx.process(document.querySelector(".public-link"));
  }
});
