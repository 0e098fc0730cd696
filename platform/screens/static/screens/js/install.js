// Registers the worker that answers when the network is away; it keeps static files and one page without data.
if ("serviceWorker" in navigator && window.isSecureContext) {
  window.addEventListener("load", () => {
    navigator.serviceWorker.register(document.body.dataset.worker, { updateViaCache: "none" }).catch(() => {
      // Private windows and strict settings refuse it; everything works without.
    });
  });
}
