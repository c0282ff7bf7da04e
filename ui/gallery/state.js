// The gallery: what is looked for, and what was found. Text is only ever set as text.

import { $, host, now } from "./host.js";
import { changedBy, readFrom, written } from "./filters.js";
import { drawHead } from "./find.js";
import { begin } from "./load.js";
import { rename } from "../shell/places.js";

export const HASH = "#gallery";
const KEPT = "stepglass-gallery";

export const picked = new Set();   // keys of the images that are selected

export const visible = () => host.element.offsetParent !== null;
export const inDialog = () => Boolean(document.querySelector("dialog[open]"));
export const typeFor = (t) => (t.n < 0 ? "text/plain" : t.media);
export const announce = (said) => { $.announce.textContent = said; };

export function remember() {
  const said = written(now.search);
  try { sessionStorage.setItem(KEPT, said); } catch { /* private window */ }
  if (visible()) addressed(HASH + (said ? `?${said}` : ""));
}

export function addressed(hash) {
  if (location.hash === hash) return;
  rename(`${location.pathname}${location.search}${hash}`);
}

export function remembered() {
  if (location.hash.startsWith(HASH)) return readFrom(location.hash.slice(HASH.length + 1));
  try { return readFrom(sessionStorage.getItem(KEPT) || ""); } catch { return {}; }
}

// Change what is looked for; an empty value takes a filter away.
export function seek(change) {
  const next = changedBy(now.search, change);
  if (JSON.stringify(next) === JSON.stringify(now.search)) return;
  now.search = next;
  remember();
  drawHead();
  begin();
}
