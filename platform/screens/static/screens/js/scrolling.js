// Boxes that scroll sideways can be scrolled by the keyboard; those that fit are no stop for it.
const BOXES = ".list-box";

const seen = new ResizeObserver((entries) => entries.forEach(({ target }) => mark(target)));

const mark = (box) => {
  const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
  if (box.dataset.scrolls || !box.hasAttribute("tabindex")) {
    if (scrolls) {
      box.tabIndex = 0;
      box.dataset.scrolls = "yes";
    } else {
      box.removeAttribute("tabindex");
      delete box.dataset.scrolls;
    }
  }
};

const watch = (root) => root.querySelectorAll(BOXES).forEach((box) => seen.observe(box));

watch(document);
document.addEventListener("htmx:load", (event) => {
  watch(event.target.parentElement ?? event.target);
});
