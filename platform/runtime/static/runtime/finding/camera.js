// A phone's camera as a scanner; where there is none or it is refused, a picture is read instead.
import { draw, readFile, ready } from "./decoding.js";
import { fill } from "./going.js";
import { elementOf } from "../../screens/js/events.js";

const EVERY_MS = 160;
const LONGEST = 900;
const WANTED = { video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false };

const dialog = document.getElementById("scanner");
const video = dialog?.querySelector("video");
const said = dialog?.querySelector("[data-scanner-said]");
let stream;
let target;
let turn = 0;

const say = (name) => {
  said.textContent = name ? dialog.dataset[name] : "";
};

const stop = () => {
  turn += 1;
  stream?.getTracks().forEach((track) => track.stop());
  stream = undefined;
  video.srcObject = null;
  dialog.classList.remove("is-filming");
};

const found = (code) => {
  dialog.close();
  fill(target, code.trim());
};

const watch = async (own) => {
  const canvas = document.createElement("canvas");
  const decode = await ready(dialog.dataset.reader);
  while (own === turn) {
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0) {
      draw(canvas, video, video.videoWidth, video.videoHeight, LONGEST);
      const code = await decode(canvas);
      if (code && own === turn) {
        found(code);
        return;
      }
    }
    await new Promise((resolve) => { setTimeout(resolve, EVERY_MS); });
  }
};

const REASONS = { NotAllowedError: "refused", NotFoundError: "missing", OverconstrainedError: "missing", NotReadableError: "busy" };

const film = async () => {
  const own = turn;
  if (!navigator.mediaDevices?.getUserMedia) {
    say("insecure");
    return;
  }
  say("starting");
  try {
    const opened = await navigator.mediaDevices.getUserMedia(WANTED);
    if (own !== turn) {
      opened.getTracks().forEach((track) => track.stop());
      return;
    }
    stream = opened;
    video.srcObject = opened;
    await video.play();
    dialog.classList.add("is-filming");
    say("aim");
    await watch(own);
  } catch (error) {
    if (own === turn) {
      stop();
      say(REASONS[error.name] ?? "broken");
    }
  }
};

const scanFor = (input) => {
  target = input;
  say("");
  dialog.showModal();
  film();
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-scan]");
  const input = button && document.getElementById(button.dataset.scan);
  if (input && dialog) {
    scanFor(input);
  } else if (dialog && (event.target === dialog || event.target.closest("[data-scanner-close]"))) {
    dialog.close();
  }
});

dialog?.addEventListener("close", () => {
  stop();
  target?.focus();
});

dialog?.querySelector("input[type=file]").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) {
    return;
  }
  say("reading");
  try {
    const code = await readFile(file, dialog.dataset.reader);
    if (code) {
      found(code);
    } else {
      say("unread");
    }
  } catch {
    say("nopicture");
  }
});

// Inputs that take codes get a button of their own.
const equip = (root) => {
  const coded = new Set((dialog?.dataset.coded ?? "").split(" ").filter(Boolean));
  root.querySelectorAll("input[data-scannable]:not([readonly]), [data-picker] [data-picker-text]:not([readonly])").forEach((input) => {
    const picker = input.closest("[data-picker]");
    const isFor = picker ? coded.has(picker.dataset.entity) && !input.closest("table, [role=grid]") : true;
    if (!isFor || !input.id || input.parentElement.querySelector(":scope > [data-scan]")) {
      return;
    }
    const button = document.getElementById("scanner-button").content.firstElementChild.cloneNode(true);
    button.dataset.scan = input.id;
    input.parentElement.classList.add("with-scan");
    input.after(button);
  });
};

if (dialog) {
  equip(document);
  document.addEventListener("htmx:load", (event) => equip(elementOf(event).parentElement ?? document));
}
