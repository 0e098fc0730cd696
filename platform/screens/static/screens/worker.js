// Answers when the network is away: a page that says so. Keeps static files and that page, never anything of a signed-in person.
// One worker serves all languages: were it exchanged whenever somebody reads another one, pages on their way could get stuck.
const parameters = new URL(self.location).searchParams;
const STORE = `shuke-${parameters.get("version")}`;
const CHOICE = "shuke-language";
const LANGUAGES = parameters.get("languages").split(" ");
const STATIC = `/static/${parameters.get("version")}/`;
const addressIn = (language) => `/offline?lang=${language}`;

self.addEventListener("install", (event) => {
  const pages = LANGUAGES.map((language) => new Request(addressIn(language), { credentials: "omit", cache: "reload" }));
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(pages)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => ![STORE, CHOICE].includes(name)).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

const kept = async (request) => {
  const store = await caches.open(STORE);
  const found = await store.match(request);
  if (found) {
    return found;
  }
  const answer = await fetch(request);
  if (answer.ok) {
    store.put(request, answer.clone());
  }
  return answer;
};

// In the language of the page that was read last.
const away = async () => {
  const choice = await caches.match("/language", { cacheName: CHOICE });
  const language = choice ? await choice.text() : LANGUAGES[0];
  return (await caches.match(addressIn(language))) ?? Response.error();
};

const page = async (request) => {
  try {
    return await fetch(request);
  } catch {
    return away();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) {
    return;
  }
  if (address.pathname.startsWith(STATIC)) {
    event.respondWith(kept(request));
  } else if (request.mode === "navigate") {
    event.respondWith(page(request));
  }
});
