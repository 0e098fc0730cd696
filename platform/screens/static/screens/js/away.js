// Says that the server or the network is away, keeps what could not be sent, and sends it when the server is back.
import { showToast } from "./toasts.js";

const LOOK_MS = 4000;
const banner = () => document.getElementById("away");
let pending;
let looking;
let above;

const isThere = async () => {
  try {
    return (await fetch("/livez", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
};

const back = () => {
  clearInterval(looking);
  looking = undefined;
  above?.remove();
  banner().hidden = true;
  document.dispatchEvent(new CustomEvent("shuke:online"));
  const act = pending;
  pending = undefined;
  act?.();
};

const look = async () => {
  if (await isThere() && looking) {
    back();
  }
};

// A dialog lies over the banner: there the same is said above it.
const sayAbove = () => {
  if (document.querySelector("dialog:modal") && !above?.isConnected) {
    above = showToast(banner().querySelector("span").textContent, "danger");
  }
};

// Shows the word; `again` sends what was lost on the way.
export const away = (again) => {
  pending = again ?? pending;
  banner().querySelector("[data-away-waiting]").hidden = !pending;
  if (banner().hidden) {
    banner().hidden = false;
    document.dispatchEvent(new CustomEvent("shuke:offline"));
  }
  sayAbove();
  looking ??= setInterval(look, LOOK_MS);
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-away-again]");
  if (button) {
    button.classList.add("is-busy");
    await look();
    button.classList.remove("is-busy");
  }
});

window.addEventListener("offline", () => away());
window.addEventListener("online", () => banner().hidden || look());
