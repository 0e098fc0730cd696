// Says that the server or the network is away, keeps what could not be sent, and notices when it is back.
const LOOK_MS = 4000;
const banner = () => document.getElementById("away");
let pending;
let looking;

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
  banner().hidden = true;
  document.dispatchEvent(new CustomEvent("shuke:online"));
};

const look = async () => {
  if (await isThere()) {
    back();
    return true;
  }
  return false;
};

// Shows the word; `again` sends what was lost on the way, when the user asks for it.
export const away = (again) => {
  pending = again ?? pending;
  if (banner().hidden) {
    banner().hidden = false;
    document.dispatchEvent(new CustomEvent("shuke:offline"));
  }
  looking ??= setInterval(look, LOOK_MS);
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-away-again]");
  if (!button) {
    return;
  }
  button.classList.add("is-busy");
  const is = await look();
  button.classList.remove("is-busy");
  if (is) {
    const act = pending;
    pending = undefined;
    act?.();
  }
});

window.addEventListener("offline", () => away());
window.addEventListener("online", () => banner().hidden || look());
