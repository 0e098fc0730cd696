// Panels of keywords: a problem leads to the very input that it is about.
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
