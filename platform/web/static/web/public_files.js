// A public form with files: too large ones are refused at once, pictures are shown, and a form that comes back keeps what was chosen.
// Without this script the form is sent as any other; files are then chosen again after a refusal.

const PICTURE_SIDE = 160;

const form = () => document.querySelector(".public-form[data-most]");
const chosen = (input) => input.files[0];

function say(input, sentence) {
  const place = input.closest(".public-field");
  place.querySelectorAll(".public-error, .public-again").forEach((one) => one.remove());
  input.classList.toggle("is-invalid", Boolean(sentence));
  input.removeAttribute("aria-invalid");
  const described = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== `${input.id}-error`);
  if (sentence) {
    const error = document.createElement("p");
    error.className = "public-error";
    error.id = `${input.id}-error`;
    error.setAttribute("role", "alert");
    error.textContent = sentence;
    place.append(error);
    described.push(error.id);
    input.setAttribute("aria-invalid", "true");
  }
  input.setAttribute("aria-describedby", described.join(" "));
}

async function show(input) {
  input.parentElement.querySelector("canvas")?.remove();
  const file = chosen(input);
  if (!file?.type.startsWith("image/")) return;
  try {
    const picture = await createImageBitmap(file);
    if (chosen(input) !== file) return;
    const scale = Math.min(1, PICTURE_SIDE / picture.width, PICTURE_SIDE / picture.height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", file.name);
    input.after(canvas);
    picture.close();
  } catch {
    // What the browser cannot draw is sent all the same; the server says what it takes.
  }
}

function isFit(input) {
  const file = chosen(input);
  const isLarge = file && file.size > Number(input.dataset.maxSize);
  say(input, isLarge ? input.dataset.tooLarge : "");
  return !isLarge;
}

function alarm(sentence) {
  let box = form().parentElement.querySelector(":scope > .alert");
  if (!box) {
    box = document.createElement("div");
    box.className = "alert alert-danger";
    box.setAttribute("role", "alert");
    box.tabIndex = -1;
    form().before(box);
  }
  box.textContent = sentence;
  box.focus();
}

// The answer takes the place of the page; the inputs of files stay, since no page can fill them in.
function take(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.querySelector("main");
  const old = form();
  if (!fresh?.querySelector(".public-form")) {
    const said = fresh?.querySelector(".public-end, .alert");
    alarm(said ? said.textContent.trim() : old.dataset.failed);
    return;
  }
  for (const input of fresh.querySelectorAll("input[type=file]")) {
    const before = document.getElementById(input.id);
    if (!before || !chosen(before)) continue;
    const error = fresh.querySelector(`#${input.id}-error`)?.textContent ?? "";
    const picture = before.parentElement.querySelector("canvas");
    input.replaceWith(before);
    if (picture) before.after(picture);
    say(before, error);
  }
  document.querySelector("main").replaceWith(fresh);
  (fresh.querySelector("[aria-invalid=true], .is-invalid") ?? fresh.querySelector(".alert"))?.focus();
}

async function send(sent) {
  const button = sent.querySelector(".public-send");
  const words = button.textContent;
  button.disabled = true;
  button.textContent = sent.dataset.sending;
  try {
    const answer = await fetch(sent.action, { method: "POST", body: new FormData(sent), credentials: "omit" });
    if (answer.redirected) {
      window.location.assign(answer.url);
      return;
    }
    take(await answer.text());
  } catch {
    alarm(sent.dataset.failed);
  }
  button.disabled = false;
  button.textContent = words;
}

document.addEventListener("change", (event) => {
  if (event.target.matches(".public-form input[type=file]")) {
    isFit(event.target);
    show(event.target);
  }
});

document.addEventListener("submit", (event) => {
  const sent = event.target;
  if (sent !== form()) return;
  event.preventDefault();
  const inputs = [...sent.querySelectorAll("input[type=file]")];
  const wrong = inputs.filter((input) => !isFit(input));
  const together = inputs.reduce((sum, input) => sum + (chosen(input)?.size ?? 0), 0);
  if (wrong.length) wrong[0].focus();
  else if (together > Number(sent.dataset.most)) alarm(sent.dataset.tooLarge);
  else send(sent);
});
