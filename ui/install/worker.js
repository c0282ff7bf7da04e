// The service worker. It keeps nothing of anybody's: what the page asks goes to the app as ever, and
// where that cannot be reached, a page of ours says so and looks again. An image that is shared with the
// installed app is laid by until the page of whoever shared it takes it, once.

/** @type {any} */
const worker = self;
const SHARED = "stepglass-shared";   // as in shared.js
const HEAD = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };
const LOOK = 3000;                   // milliseconds between looks for the app

const AWAY = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stepglass cannot be reached</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; display: grid; place-items: center; min-height: 100vh; margin: 0;
  color: light-dark(#14191d, #e7ecef); background: light-dark(#f4f6f6, #0e1114) }
main { max-width: 34ch; padding: 24px; text-align: center }
h1 { font-size: 20px; margin: 0 0 8px }
p { margin: 0 0 20px; color: light-dark(#5a666e, #9aa6ae) }
button { font: 700 15px system-ui, sans-serif; min-height: 46px; padding: 0 22px; border: 0; border-radius: 9px;
  background: light-dark(#0f7c71, #45b5a5); color: light-dark(#fff, #03201d) }
</style>
<main>
<h1>Stepglass cannot be reached</h1>
<p>Jobs that you started keep running there. This page comes back by itself.</p>
<button onclick="location.reload()">Try again</button>
</main>
<script>
const look = () => fetch(new URL("healthz", "${worker.registration.scope}"), { cache: "no-store" })
  .then((answer) => { if (answer.ok) location.reload(); }, () => {});
setInterval(look, ${LOOK});
addEventListener("online", look);
</script>
</html>`;

// Who shares, as the app knows them; "" where it knows nobody, or cannot be asked.
async function person() {
  try {
    const answer = await fetch(new URL("api/me", worker.registration.scope), { cache: "no-store" });
    return answer.ok ? (await answer.json()).person : "";
  } catch { return ""; }
}

async function lay(request) {
  const file = (await request.formData()).get("image"), { scope } = worker.registration;
  if (!(file instanceof File && file.type.startsWith("image/"))) return Response.redirect(scope, 303);
  const whose = await person();
  if (!whose) return Response.redirect(new URL("?shared=nobody", scope), 303);   // the next to log in is another
  const kept = await caches.open(SHARED);
  const headers = { "Content-Type": file.type, "X-Name": encodeURIComponent(file.name), "X-Person": whose };
  const at = new URL("image", scope);   // the page and the worker have other bases
  await kept.put(at, new Response(file, { headers }));
  return Response.redirect(scope, 303);
}

// A notification that was pressed leads to its job: in a page that is open, else in a new one.
async function goTo(job) {
  const { scope } = worker.registration, page = new URL(scope).pathname;
  const all = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const pages = all.filter((one) => one.url.startsWith(scope) && new URL(one.url).pathname === page);
  const best = pages.find((one) => one.visibilityState === "visible") || pages[0];
  if (!best) return worker.clients.openWindow(`${scope}?job=${encodeURIComponent(job)}`);
  best.postMessage({ job });
  return best.focus();
}

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (e) => e.waitUntil(worker.clients.claim()));
// Only the page itself and what is shared: downloads and logins are none of the worker's business.
worker.addEventListener("fetch", (e) => {
  const { request } = e, { scope } = worker.registration, path = new URL(request.url).pathname;
  if (request.mode !== "navigate") return;
  if (request.method === "GET" && path === new URL(scope).pathname)
    e.respondWith(fetch(request).catch(() => new Response(AWAY, { headers: HEAD })));
  if (request.method === "POST" && path === new URL("share", scope).pathname) e.respondWith(lay(request));
});
worker.addEventListener("notificationclick", (e) => {
  const { job } = e.notification.data || {};
  e.notification.close();
  if (job) e.waitUntil(goTo(job));
});
