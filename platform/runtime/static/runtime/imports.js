// Dropping a file on the field; the name of the chosen file is shown in its place.
const drop = document.getElementById("import-drop");
const input = document.getElementById("file");
const chosen = document.getElementById("import-chosen");

const tell = () => {
  if (input.files.length) {
    chosen.textContent = `${input.files[0].name} (${Math.ceil(input.files[0].size / 1024)} kB)`;
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
