// Answers when the network is away: a page that says so. Keeps static files and that page, never anything of a signed-in person.
const parameters = new URL(self.location).searchParams;
const STORE = `shuke-${parameters.get("version")}-${parameters.get("lang")}`;
const AWAY = `/offline?lang=${parameters.get("lang")}`;
const STATIC = `/static/${parameters.get("version")}/`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => store.add(new Request(AWAY, { credentials: "omit", cache: "reload" }))).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== STORE).map((name) => caches.delete(name))))
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

const page = async (request) => {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(AWAY)) ?? Response.error();
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
