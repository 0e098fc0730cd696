// A field on which files are dropped: what was chosen is named in its place.

export const takeDropped = (drop, input, named) => {
  const tell = () => {
    if (input.files.length) {
      named.textContent = Array.from(input.files, (file) => `${file.name} (${Math.ceil(file.size / 1024)} kB)`).join(", ");
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
};
