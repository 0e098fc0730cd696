// Dropping files on the field; the names of the chosen ones are shown in its place, and that they are being read.
const drop = document.getElementById("sheets-drop");
const input = document.getElementById("sheets-file");
const chosen = document.getElementById("sheets-chosen");

const tell = () => {
  if (input.files.length) {
    chosen.textContent = Array.from(input.files, (file) => `${file.name} (${Math.ceil(file.size / 1024)} kB)`).join(", ");
  }
};

for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("is-over");
  });
}
for (const name of ["dragleave", "drop"]) {
  drop.addEventListener(name, () => drop.classList.remove("is-over"));
}
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) {
    input.files = event.dataTransfer.files;
    tell();
  }
});
input.addEventListener("change", tell);
document.getElementById("sheets-bring").addEventListener("submit", (event) => {
  event.target.querySelector(".sheets-reading").hidden = false;
});
