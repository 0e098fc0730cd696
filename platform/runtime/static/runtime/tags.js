// Tags: what is typed becomes a small field of its own at a comma, at Enter and on leaving; known ones are pressed.
const SEPARATORS = /[,，、;；|\n]/;
const boxOf = (element) => element.closest?.("[data-tags]");
const textOf = (box) => box.querySelector("[data-tag-text]");
const wordsOf = (box) => [...box.querySelectorAll(".tag input")].map((input) => input.value);

const tell = (box) => textOf(box).dispatchEvent(new Event("change", { bubbles: true }));

const colorOf = (box, word) => {
  const offer = [...box.querySelectorAll("[data-tag-offer]")].find((one) => one.dataset.tagOffer === word);
  return [...offer?.classList ?? []].find((name) => name.startsWith("bg-")) ?? "bg-secondary-lt";
};

const add = (box, word) => {
  if (word === "" || wordsOf(box).includes(word)) {
    return;
  }
  const tag = document.createElement("span");
  tag.className = `tag badge ${colorOf(box, word)}`;
  const input = Object.assign(document.createElement("input"), { type: "hidden", name: box.dataset.name, value: word });
  const remove = Object.assign(document.createElement("button"), { type: "button", className: "tag-remove", textContent: "×" });
  remove.dataset.tagRemove = "";
  remove.setAttribute("aria-label", box.dataset.remove.replace("{title}", word));
  tag.append(word, input, remove);
  textOf(box).before(tag);
};

const take = (box) => {
  const text = textOf(box);
  const words = text.value.split(SEPARATORS).map((word) => word.trim()).filter(Boolean);
  if (words.length > 0) {
    words.forEach((word) => add(box, word));
    text.value = "";
    tell(box);
  }
  return words.length > 0;
};

document.addEventListener("input", (event) => {
  const known = event.inputType === "insertReplacementText" || event.inputType === undefined;
  if (event.target.matches?.("[data-tag-text]") && (SEPARATORS.test(event.target.value) && !event.isComposing || known && event.target.list)) {
    if (SEPARATORS.test(event.target.value) || [...event.target.list.options].some((option) => option.value === event.target.value)) {
      take(boxOf(event.target));
    }
  }
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-tag-text]")) {
    take(boxOf(event.target));
  }
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-tag-text]") || event.isComposing || event.ctrlKey || event.metaKey) {
    return;
  }
  const box = boxOf(event.target);
  if (event.key === "Enter" && take(box)) {
    event.preventDefault();
  } else if (event.key === "Backspace" && event.target.value === "") {
    box.querySelector(".tag:last-of-type")?.remove();
    tell(box);
  }
});

// Pressing a known tag must not take the focus, or the offers would go before the press arrives.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest?.("[data-tag-offer]")) {
    event.preventDefault();
  }
});

document.addEventListener("click", (event) => {
  const box = boxOf(event.target);
  if (!box) {
    return;
  }
  if (event.target.closest("[data-tag-remove]")) {
    event.target.closest(".tag").remove();
    tell(box);
    textOf(box).focus();
  } else if (event.target.closest("[data-tag-offer]")) {
    add(box, event.target.closest("[data-tag-offer]").dataset.tagOffer);
    tell(box);
  } else if (event.target.matches(".tags")) {
    textOf(box).focus();
  }
});
