// Asks the server for finds while one types; only the answer to what was asked last counts.
const WAIT_MS = 130;
const states = new WeakMap();

export const cancel = (input) => {
  const state = states.get(input);
  clearTimeout(state?.timer);
  state?.controller?.abort();
  states.delete(input);
};

const ask = async (address, controller) => {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: controller.signal });
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) {
    window.location.assign(elsewhere);
    return "";
  }
  return answer.ok ? answer.text() : "";
};

export const suggest = (input, address, show, wait = WAIT_MS) => {
  cancel(input);
  const controller = new AbortController();
  const timer = setTimeout(async () => {
    try {
      const found = await ask(address, controller);
      if (states.get(input)?.controller === controller) {
        show(found);
      }
    } catch (error) {
      if (error.name !== "AbortError") {
        show("");
      }
    }
  }, wait);
  states.set(input, { timer, controller });
};
