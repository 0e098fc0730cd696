// Boxes that scroll sideways can be scrolled by the keyboard and fade out where they go on; those that fit are no stop for it. So do strips of tabs.
const BOXES = ".list-box";
const STRIPS = ".tabs, .list-tabs, .places";
const CHOSEN = '[aria-selected="true"], [aria-current]';

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
  end(box);
};

const end = (box) => box.classList.toggle("goes-on-after", box.scrollWidth - box.clientWidth - box.scrollLeft > 1);

const fade = (strip) => {
  const rest = strip.scrollWidth - strip.clientWidth - strip.scrollLeft;
  const scrolls = strip.scrollWidth > strip.clientWidth + 1;
  strip.classList.toggle("goes-on-before", scrolls && strip.scrollLeft > 1);
  strip.classList.toggle("goes-on-after", scrolls && rest > 1);
};

// The chosen tab stands in the middle of its strip; the page itself does not move.
const reveal = (strip) => {
  const chosen = [...strip.querySelectorAll(CHOSEN)].find((one) => one.getClientRects().length > 0);
  if (chosen && strip.scrollWidth > strip.clientWidth + 1) {
    const [place, frame] = [chosen.getBoundingClientRect(), strip.getBoundingClientRect()];
    strip.scrollLeft += place.left + place.width / 2 - frame.left - frame.width / 2;
  }
  fade(strip);
};

const stripsSeen = new ResizeObserver((entries) => entries.forEach(({ target }) => reveal(target)));

const watch = (root) => {
  root.querySelectorAll(BOXES).forEach((box) => seen.observe(box));
  root.querySelectorAll(STRIPS).forEach((strip) => stripsSeen.observe(strip));
};

document.addEventListener("scroll", ({ target }) => {
  if (target instanceof Element && target.matches(STRIPS)) {
    fade(target);
  } else if (target instanceof Element && target.matches(BOXES)) {
    end(target);
  }
}, { capture: true, passive: true });

document.addEventListener("click", ({ target }) => {
  const strip = target.closest('[role="tab"]')?.closest(STRIPS);
  if (strip) {
    reveal(strip);
  }
});

watch(document);
document.addEventListener("htmx:load", (event) => {
  watch(event.target.parentElement ?? event.target);
});
