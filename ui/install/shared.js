// The installed app: its service worker, and an image that another app shared with it, which becomes the
// image of the form.

import { take } from "../shell/drops.js";
import { toast } from "../shell/toast.js";

const SHARED = "stepglass-shared";   // as in worker.js
const FORM = "#field-checkpoint input";

const scope = new URL("./", document.baseURI).href;

async function register() {
  if (!navigator.serviceWorker) return;   // plain http on a network
  try {
    await navigator.serviceWorker.register(new URL("worker.js", import.meta.url), { scope });
  } catch { /* a browser that allows none: the page works without */ }
}

/** What was shared, once; it is laid by no longer than until it was taken. */
async function laid() {
  if (!window.caches || !(await caches.has(SHARED))) return null;
  const answer = await (await caches.open(SHARED)).match("image");
  await caches.delete(SHARED);
  if (!answer) return null;
  const blob = await answer.blob(), name = decodeURIComponent(answer.headers.get("X-Name") || "image");
  return new File([blob], name, { type: blob.type });
}

async function begin() {
  register();
  const file = await laid();
  if (!file) return;
  const look = new MutationObserver(() => taken());
  const taken = () => {
    if (!/** @type {HTMLInputElement} */ (document.querySelector(FORM))?.value) return;
    look.disconnect();
    requestAnimationFrame(() => {  // once all of the form has been filled
      document.getElementById("tab-generate-button")?.click();
      take(file);
      toast("The shared image is in the form: Start from an image.");
    });
  };
  // A box of choices says its value in its title, too.
  look.observe(document, { childList: true, subtree: true, attributeFilter: ["title"] });
  taken();
}

begin();
