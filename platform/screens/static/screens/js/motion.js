// How long things slide to their places, in milliseconds: not at all for people who asked for less motion.
export const slide = (ms) => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : ms);
