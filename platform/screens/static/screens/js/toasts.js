// Short messages at the edge of the page: from the page itself, or from an answer's `shuke:toast` event.
const STAY_MS = 5000;
const box = () => document.getElementById("toasts");

export const showToast = (text, level = "success") => {
  const toast = document.createElement("div");
  toast.className = `toast-line toast-${level}`;
  toast.setAttribute("role", level === "danger" ? "alert" : "status");
  toast.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.textContent = "×";
  close.setAttribute("aria-label", "×");
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  box().append(toast);
  if (level !== "danger") {
    setTimeout(() => toast.remove(), STAY_MS);
  }
};

document.addEventListener("shuke:toast", (event) => {
  const said = Array.isArray(event.detail) ? event.detail : event.detail.value ?? [];
  said.forEach(({ text, level }) => showToast(text, level));
});

JSON.parse(box().dataset.toasts ?? "[]").forEach(({ text, level }) => showToast(text, level));
