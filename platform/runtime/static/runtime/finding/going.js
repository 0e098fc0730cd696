// Where a scanned code leads: into the input that asked for it, or to the record that has it.
export const go = (code) => {
  let own = null;
  try {
    const address = new URL(code);
    own = address.origin === window.location.origin ? address : null;
  } catch {
    // The code is no address.
  }
  window.location.assign(own ?? `/search?${new URLSearchParams({ q: code, go: "1" })}`);
};

// A picker is asked for the code, as by Enter before any list is there: what is exactly it, or the only candidate, is chosen.
export const pick = (input, code) => {
  input.closest("[data-picker]").querySelector(".picker-list").replaceChildren();
  input.focus();
  input.value = code;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
};

export const fill = (input, code) => {
  if (input.matches("[data-search] *")) {
    go(code);
  } else if (input.matches("[data-picker-text]")) {
    pick(input, code);
  } else {
    input.focus();
    input.value = code;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
};
