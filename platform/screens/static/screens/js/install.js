// Registers the worker that answers when the network is away, and tells it the language; it keeps static files and pages without data.
import { language } from "./words.js";

const install = async () => {
  const store = await caches.open("shuke-language");
  await store.put("/language", new Response(language()));
  await navigator.serviceWorker.register(document.body.dataset.worker, { updateViaCache: "none" });
};

if ("serviceWorker" in navigator && window.isSecureContext) {
  window.addEventListener("load", () => install().catch(() => {
    // Private windows and strict settings refuse it; everything works without.
  }));
}
