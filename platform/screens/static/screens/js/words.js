// The sentences that the server wrote into the page, and the language they are in: what is loaded into it later is to speak the same.
let words;

export const language = () => document.documentElement.lang.split("-")[0];

export const word = (name) => {
  words ??= JSON.parse(document.body.dataset.words ?? "{}");
  return words[name] ?? name;
};
