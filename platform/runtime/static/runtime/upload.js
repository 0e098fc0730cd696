// Files are sent as soon as they are chosen; the form itself carries only their number.
import { fragmentHeaders } from "../screens/js/requests.js";

const say = (box, sentences) => {
  box.querySelectorAll(".form-error").forEach((old) => old.remove());
  sentences.forEach((sentence) => {
    const line = document.createElement("div");
    line.className = "form-error";
    line.textContent = sentence;
    box.append(line);
  });
};

const show = (box, file) => {
  box.querySelectorAll("a, img").forEach((old) => old.remove());
  const link = document.createElement("a");
  link.href = file.url;
  link.textContent = file.name;
  box.prepend(link);
};

document.addEventListener("change", async (event) => {
  const box = event.target.matches("input[type=file]") && event.target.closest(".js-upload");
  if (!box || event.target.files.length === 0) {
    return;
  }
  const body = new FormData();
  body.append("file", event.target.files[0]);
  box.classList.add("is-sending");
  try {
    const answer = await fetch(box.dataset.url, { method: "POST", body, headers: fragmentHeaders() });
    const told = await answer.json();
    if (!answer.ok) {
      say(box, told.sentences ?? []);
      return;
    }
    say(box, []);
    show(box, told);
    const hidden = box.querySelector("input[type=hidden]");
    hidden.value = told.id;
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
  } finally {
    event.target.value = "";
    box.classList.remove("is-sending");
  }
});
