// Shows what a logo and a colour look like before they are saved.
const WHITE = [255, 255, 255];
const READABLE = 4.5;

function channels(color) {
  return [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16));
}

function luminance(parts) {
  const [red, green, blue] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

// The colour, darkened as far as the server darkens it too.
function readable(color) {
  const parts = channels(color);
  for (let step = 0; step <= 25; step += 1) {
    const shade = parts.map((part) => Math.round(part * (1 - step * 0.04)));
    if (contrast(shade, WHITE) >= READABLE) {
      return `rgb(${shade.join(" ")})`;
    }
  }
  return "#000";
}

const form = document.querySelector("[data-brand]");
const preview = document.querySelector("[data-brand-preview]");

function show() {
  const color = form.querySelector("[data-brand-color]").value;
  const own = form.querySelector("[data-brand-own]").checked;
  form.querySelector("[data-brand-code]").textContent = own ? "" : color;
  preview.style.setProperty("--brand", readable(own ? "#3f4fd0" : color));
}

function showPicture(file) {
  const picture = preview.querySelector("[data-brand-picture]");
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    picture.src = reader.result;
    picture.hidden = false;
  });
  reader.readAsDataURL(file);
}

if (form && preview) {
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-brand-color]")) {
      form.querySelector("[data-brand-own]").checked = false;
    }
    show();
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-brand-logo]") && event.target.files.length > 0) {
      showPicture(event.target.files[0]);
    }
    if (event.target.matches("[data-brand-remove]")) {
      preview.querySelector("[data-brand-picture]").hidden = event.target.checked;
    }
  });
  show();
}
