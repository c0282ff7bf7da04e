// The installed app: its service worker, and an image that another app shared with it, which becomes the
// image of the form.

import { filled } from "../shell/draft.js";
import { take } from "../shell/drops.js";
import { toast } from "../shell/toast.js";

const SHARED = "stepglass-shared";   // as in worker.js

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
  const answer = await (await caches.open(SHARED)).match(new URL("image", scope));
  await caches.delete(SHARED);
  if (!answer) return null;
  const blob = await answer.blob(), name = decodeURIComponent(answer.headers.get("X-Name") || "image");
  return new File([blob], name, { type: blob.type });
}

async function begin() {
  register();
  const file = await laid();
  if (!file) return;
  await filled;
  document.getElementById("tab-generate-button")?.click();
  take(file);
  toast("The shared image is in the form: Start from an image.");
}

begin();
