// The sentences that the server wrote into the page, in the reader's language.
let words;

export const word = (name) => {
  words ??= JSON.parse(document.body.dataset.words ?? "{}");
  return words[name] ?? name;
};
