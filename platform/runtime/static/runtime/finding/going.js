// Where a scanned code leads: into the input that asked for it, or to the record that has it.
const PATIENCE_MS = 3000;

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

// A picker is asked for the code; the only candidate is chosen, several stay open to choose from.
export const pick = (input, code) => {
  const list = input.closest("[data-picker]").querySelector(".picker-list");
  const choose = () => {
    const options = list.querySelectorAll("[data-picker-id]");
    if (options.length === 1) {
      options[0].click();
    }
  };
  const watcher = new MutationObserver(() => {
    if (list.querySelector("[data-picker-id], .picker-nothing")) {
      watcher.disconnect();
      choose();
    }
  });
  list.replaceChildren();
  watcher.observe(list, { childList: true, subtree: true });
  setTimeout(() => watcher.disconnect(), PATIENCE_MS);
  input.focus();
  input.value = code;
  input.dispatchEvent(new Event("input", { bubbles: true }));
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
