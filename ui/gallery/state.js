// The gallery: what is looked for, and what was found. Text is only ever set as text.

import { ask, bytes, confirm, grouped, h, icon, plural, show, stars } from "../shell/dom.js";
import * as media from "../shell/media.js";
import { $, host, now } from "./host.js";
import { drawHead } from "./find.js";
import { begin } from "./load.js";

export const HASH = "#gallery";
const KEPT = "stepglass-gallery";
export const FINISHED = "finished";
export const ENDS = { finished: "Finished", failed: "Failed", cancelled: "Cancelled", lost: "Lost" };

export const picked = new Set();   // ids that are selected

export const visible = () => host.element.offsetParent !== null;
export const inDialog = () => Boolean(document.querySelector("dialog[open]"));
export const address = (t) => `api/images/${encodeURIComponent(t.id)}/${t.n}?thumbnail`;
export const typeFor = (t) => (t.n < 0 ? "text/plain" : t.media);
export const announce = (said) => { $.announce.textContent = said; };

// Whether anything but the order is asked for.
export const filtered = () => Object.keys(now.search).some((name) => name !== "sort");

// The address says what is looked for, so that a reload or a link comes back to it.
const LISTS = ["tags", "statuses"], NUMBERS = ["since", "until", "width", "height", "rating"], TICKS = ["favourite", "binned"];
const TEXTS = ["words", "checkpoint", "lora", "sampler", "workflow", "server", "owner", "collection", "sort"];

export function written() {
  const said = new URLSearchParams();
  for (const name of [...TEXTS, ...NUMBERS]) if (now.search[name]) said.set(name, String(now.search[name]));
  for (const name of LISTS) for (const one of now.search[name] || []) said.append(name, one);
  for (const name of TICKS) if (now.search[name]) said.set(name, "yes");
  return said.toString();
}

export function readFrom(text) {
  const said = new URLSearchParams(text), found = {};
  for (const name of TEXTS) if (said.get(name)) found[name] = said.get(name);
  for (const name of NUMBERS) if (Number.isFinite(Number(said.get(name) || NaN))) found[name] = Number(said.get(name));
  for (const name of LISTS) if (said.has(name)) found[name] = said.getAll(name);
  for (const name of TICKS) if (said.get(name)) found[name] = true;
  return found;
}

export function remember() {
  const said = written();
  try { sessionStorage.setItem(KEPT, said); } catch { /* private window */ }
  if (visible()) addressed(HASH + (said ? `?${said}` : ""));
}

export function addressed(hash) {
  if (location.hash === hash) return;
  history.replaceState(history.state, "", `${location.pathname}${location.search}${hash}`);
}

export function remembered() {
  if (location.hash.startsWith(HASH)) return readFrom(location.hash.slice(HASH.length + 1));
  try { return readFrom(sessionStorage.getItem(KEPT) || ""); } catch { return {}; }
}

// Change what is looked for; an empty value takes a filter away.
export function seek(change) {
  const next = { ...now.search, ...change };
  for (const [name, value] of Object.entries(next)) {
    if (value === "" || value === 0 || value === null || value === undefined || value === false || (Array.isArray(value) && !value.length)) delete next[name];
  }
  if (JSON.stringify(next) === JSON.stringify(now.search)) return;
  now.search = next;
  remember();
  drawHead();
  begin();
}
