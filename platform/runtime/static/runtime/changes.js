// What was changed in a form, and which of it no answer has followed yet.
class Changes {
  #ever = new Set();
  #since = new Set();
  #asked = new Set();

  note(name) {
    this.#ever.add(name);
    this.#since.add(name);
  }

  has(name) {
    return this.#ever.has(name);
  }

  // A request sets off: it is about all that has had no answer.
  ask() {
    this.#asked = new Set([...this.#asked, ...this.#since]);
    this.#since.clear();
    return this.#asked;
  }

  // Its answer is in place.
  answered() {
    this.#asked.clear();
  }

  isNewerThanQuestion(name) {
    return this.#since.has(name);
  }
}

const changes = new WeakMap();

export const changesOf = (form) => {
  if (!changes.has(form)) {
    changes.set(form, new Changes());
  }
  return changes.get(form);
};

["input", "change"].forEach((name) => document.addEventListener(name, ({ target }) => {
  const form = target.closest?.("form[data-live]");
  const changed = target.name || target.closest?.("[data-picker], [data-tags]")?.dataset.name;
  if (form && changed) {
    changesOf(form).note(changed);
  }
}));
