// The installed app: its service worker, and an image that another app shared with it, which becomes the
// image of the form.

import { filled } from "../shell/draft.js";
import { take } from "../shell/drops.js";
import { rename } from "../shell/places.js";
import { toast } from "../shell/toast.js";
import { t } from "../words/words.js";

const SHARED = "stepglass-shared";   // as in worker.js

const scope = new URL("./", document.baseURI).href;

async function register() {
  if (!navigator.serviceWorker) return;   // plain http on a network
  try {
    await navigator.serviceWorker.register(new URL("worker.js", import.meta.url), { scope });
  } catch { /* a browser that allows none: the page works without */ }
}

/** What this person shared, once; it is laid by no longer than until somebody's page looked for it. */
async function laid() {
  if (!window.caches || !(await caches.has(SHARED))) return null;
  const me = await fetch(new URL("api/me", scope), { cache: "no-store" });
  if (!me.ok) return null;
  const answer = await (await caches.open(SHARED)).match(new URL("image", scope));
  await caches.delete(SHARED);
  if (!answer || answer.headers.get("X-Person") !== (await me.json()).person) return null;
  const blob = await answer.blob(), name = decodeURIComponent(answer.headers.get("X-Name") || "image");
  return new File([blob], name, { type: blob.type });
}

// What came while nobody was known is not kept: it is not for whoever logs in next.
function refuse() {
  const url = new URL(location.href);
  if (url.searchParams.get("shared") !== "nobody") return;
  url.searchParams.delete("shared");
  rename(url);
  toast(t("The shared image was not kept: you were logged out. Share it again."));
}

async function begin() {
  register();
  refuse();
  const file = await laid();
  if (!file) return;
  await filled;
  document.getElementById("tab-generate-button")?.click();
  take(file);
  toast(t("The shared image is in the form: Start from an image."));
}

begin();
