// The editor of conditions takes from each answer only what is new. What was typed or chosen while the answer was on its way stays,
// with the focus and the cursor; a choice that the server has not seen is sent again.
const CHOOSERS = ".filter-field, .filter-operator, .filter-spoken";
const INPUTS = "input, select";
const sent = new WeakMap();

const valueOf = (input) => ["checkbox", "radio"].includes(input.type) ? String(input.checked) : input.value;
const isNewer = (form, input) => sent.get(form)?.get(input) !== valueOf(input);

document.addEventListener("htmx:beforeSend", (event) => {
  const form = event.detail.target;
  if (form?.id === "filter") {
    sent.set(form, new Map([...form.querySelectorAll(INPUTS)].map((input) => [input, valueOf(input)])));
  }
});

const twinIn = (place, input, among) => {
  const alike = (one) => one.name === input.name && one.type === input.type && (one.type !== "checkbox" || one.value === input.value);
  return [...place.querySelectorAll(INPUTS)].filter(alike)[among.filter(alike).indexOf(input)];
};

// What was typed since the question goes over into the inputs that take the place of the old ones.
const carry = (form, old, fresh) => {
  const inputs = [...old.querySelectorAll(INPUTS)].filter((input) => input.name && input.type !== "hidden");
  inputs.filter((input) => isNewer(form, input)).forEach((input) => {
    const twin = twinIn(fresh, input, inputs);
    if (twin?.type === "checkbox") {
      twin.checked = input.checked;
    } else if (twin) {
      twin.value = input.value;
    }
  });
};

const begin = (node) => {
  window.htmx.process(node);
  window.htmx.trigger(node, "htmx:load");
};

const put = (node, place) => {
  place(node);
  begin(node);
};

const drawPart = (form, live, fresh, selector) => {
  const old = live.querySelector(`:scope > ${selector}`);
  const next = fresh.querySelector(`:scope > ${selector}`);
  if (old && next && old.dataset.shape && old.dataset.shape === next.dataset.shape) {
    return;
  }
  if (old && next) {
    carry(form, old, next);
  }
  if (next) {
    put(next, (node) => old ? old.replaceWith(node) : live.querySelector(":scope > .filter-remove").before(node));
  } else {
    old?.remove();
  }
};

const drawLine = (form, live, fresh) => {
  const was = "input[name^='was.']";
  live.querySelector(was).value = fresh.querySelector(was).value;
  [".filter-operator", ".filter-values"].forEach((selector) => drawPart(form, live, fresh, selector));
  live.querySelector(":scope > .form-error")?.remove();
  const said = fresh.querySelector(":scope > .form-error");
  if (said) {
    live.append(said);
  }
};

const partsOf = (box) => [...box.querySelectorAll(":scope > .filter-line, :scope > .filter-group, :scope > .filter-none")];
const isTwin = (one, other) => one.id === other.id && one.className === other.className;

const drawBox = (form, live, fresh) => {
  const next = partsOf(fresh);
  partsOf(live).filter((part) => !next.some((one) => isTwin(one, part))).forEach((part) => part.remove());
  next.forEach((part) => {
    const old = partsOf(live).find((one) => isTwin(one, part));
    if (!old) {
      put(part, (node) => live.querySelector(":scope > .filter-add").before(node));
    } else if (part.matches(".filter-line")) {
      drawLine(form, old, part);
    } else if (part.matches(".filter-group")) {
      drawBox(form, old, part);
    }
  });
};

// The cursor stays where somebody works; else it goes where the answer wants it.
const focusAfter = ({ element, cursor }, wanted) => {
  const works = element.matches("input, select, summary");
  if (works && element.isConnected) {
    return;
  }
  const place = document.getElementById(works ? element.id : wanted);
  place?.focus();
  if (cursor && place?.matches("input[type=text]")) {
    place.setSelectionRange(...cursor);
  }
};

const focused = () => {
  const element = document.activeElement ?? document.body;
  return { element, cursor: element.matches("input[type=text]") ? [element.selectionStart, element.selectionEnd] : undefined };
};

// What could not be sent while the server was still answering.
const sendAgain = (form) => {
  const chosen = [...form.querySelectorAll(CHOOSERS)].find((select) => sent.get(form)?.has(select) && isNewer(form, select));
  if (chosen) {
    setTimeout(() => window.htmx.trigger(chosen, "change"), 0);
  }
};

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target: form, shouldSwap, serverResponse } = event.detail;
  const fresh = form.id === "filter" && shouldSwap && new DOMParser().parseFromString(serverResponse, "text/html").getElementById("filter");
  if (!fresh) {
    return;
  }
  event.detail.shouldSwap = false;
  const worked = focused();
  const wanted = fresh.querySelector("[autofocus]")?.id;
  drawBox(form, form.querySelector(":scope > .filter-group"), fresh.querySelector(":scope > .filter-group"));
  form.querySelector("#filter-count").replaceChildren(fresh.querySelector("#filter-count").textContent);
  focusAfter(worked, wanted);
  sendAgain(form);
});
