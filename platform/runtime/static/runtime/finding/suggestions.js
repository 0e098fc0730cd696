// Asks the server for finds while one types; only the answer to what was asked last counts.
import { fragmentHeaders } from "../../screens/js/requests.js";
import { signInAgain } from "../../screens/js/session.js";

const WAIT_MS = 130;
const states = new WeakMap();

export const cancel = (input) => {
  const state = states.get(input);
  clearTimeout(state?.timer);
  state?.controller?.abort();
  states.delete(input);
};

// A session that has ended is begun again over the page; the next key asks anew.
export const fragment = async (address, signal) => {
  const answer = await fetch(address, { headers: fragmentHeaders(), signal });
  if (answer.status === 401) {
    signInAgain();
  }
  return answer.ok ? answer.text() : "";
};

export const suggest = (input, address, show, wait = WAIT_MS) => {
  cancel(input);
  const controller = new AbortController();
  const timer = setTimeout(async () => {
    try {
      const found = await fragment(address, controller.signal);
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
