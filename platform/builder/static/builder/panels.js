// Panels of keywords.

// A problem leads to the very input that it is about.
const reveal = () => {
  const unit = document.getElementById(document.querySelector("[data-at]")?.dataset.at);
  if (!unit) {
    return;
  }
  for (let around = unit.closest("details"); around; around = around.parentElement.closest("details")) {
    around.open = true;
  }
  const details = unit.parentElement?.closest("details");
  const own = unit.querySelector("input:not([type=hidden]), select, textarea, button") ?? details?.querySelector("summary");
  unit.classList.add("is-sought");
  unit.scrollIntoView({ block: "center" });
  own?.focus({ preventScroll: true });
};

reveal();

// Icons: what is chosen in the dialog goes into its input, which saves itself; Enter takes the first that is found.
const take = ({ dataset: { icon, iconFor } }) => {
  const input = document.getElementById(iconFor);
  document.getElementById("dialog").close();
  input.value = icon;
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

const offers = (find) => [...find.closest(".icon-dialog").querySelectorAll("[data-sought]")];

document.addEventListener("click", ({ target }) => {
  const offer = target.closest?.("[data-icon]");
  if (offer) {
    take(offer);
  }
});

document.addEventListener("input", ({ target: find }) => {
  if (find.matches?.("[data-icon-find]")) {
    const text = find.value.trim().toLowerCase();
    offers(find).forEach((offer) => {
      offer.parentElement.hidden = !offer.dataset.sought.includes(text);
    });
    find.closest(".icon-dialog").querySelector("[data-icon-none]").hidden = offers(find).some((offer) => !offer.parentElement.hidden);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.("[data-icon-find]")) {
    event.preventDefault();
    const first = offers(event.target).find((offer) => !offer.parentElement.hidden);
    if (first && event.target.value.trim()) {
      take(first);
    }
  }
});
