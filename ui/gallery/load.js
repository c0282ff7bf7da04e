// Loading: the first tiles of a search, what follows as one scrolls, and what is new on top.

import { emit } from "../shell/events.js";
import { ask, show } from "../shell/dom.js";
import { keyOf } from "../shell/image_key.js";
import { $, host, now } from "./host.js";
import { drawWords } from "./find.js";
import { askedOf } from "./filters.js";
import { placeOf, refold, take } from "./fold.js";
import { arrange, focusTile, laidFor, paint, rowAt, rowOf, rows } from "./grid.js";
import { merged } from "./merge.js";
import { drawBar } from "./bar.js";
import { HASH, addressed, inDialog, picked, remember, visible } from "./state.js";

const FIRST = 100, STEP = 100, MOST = 500, FRESH = 24, FRESH_EVERY = 5000, AMONG = 1000;
let place = 0;               // where the page was scrolled to when the tab was left
let waited = 0;

const asked = () => askedOf(now.search, new Date());

export async function begin() {
  const mine = (now.turn += 1);
  now.all = [];
  now.open.clear();
  refold();
  now.last = "";
  now.total = null;
  now.cursor = 0;
  picked.clear();
  drawBar();
  $.grid.dataset.old = "true";
  await load(mine, "", FIRST);
  count(mine);
}

async function load(mine, after, limit) {
  now.loading = true;
  clearTimeout(waited);
  waited = setTimeout(() => show($.loading, now.loading), 400);
  const answer = await ask(() => host.server.gal_page({ search: asked(), after, limit }));
  if (mine !== now.turn) return;
  now.loading = false;
  show($.loading, false);
  show($.trouble, Boolean(answer.error));
  if (answer.error) { $.troubleText.textContent = answer.error; return; }
  const fresh = after ? unknown(answer.tiles, now.all.slice(-AMONG)) : answer.tiles;
  for (const tile of fresh) now.all.push(tile);
  take(fresh);
  now.last = answer.last;
  $.grid.dataset.more = String(Boolean(now.last));
  delete $.grid.dataset.old;
  if (!after && $.grid.getBoundingClientRect().top < 0) toTop();
  arrange(!after);
  drawWords();
  drawBar();
  emit("found", { list: now.all });
}

// Tiles that are not *among* those that are there.
function unknown(found, among) {
  const known = new Set(among.map(keyOf));
  return found.filter((t) => !known.has(keyOf(t)));
}

let loading = Promise.resolve();   // what is under way

export function more() {
  if (now.last && !now.loading)
    loading = load(now.turn, now.last, Math.min(MOST, STEP + Math.floor(now.all.length / 4)));
  return loading;
}

/** Load what is found, until there are *most* images or no more come. @param {number} most */
export async function loadAll(most) {
  const mine = now.turn;
  for (let had = -1; mine === now.turn && now.last && now.all.length < most && now.all.length > had;) {
    had = now.all.length;
    await more();
  }
}

async function count(mine) {
  const answer = await ask(() => host.server.gal_count({ search: asked() }));
  if (mine !== now.turn || answer.error) return;
  now.total = answer;
  drawWords();
  drawBar();
}

const toTop = () => scrollTo({ top: Math.max(0, scrollY + host.element.getBoundingClientRect().top - 12) });

const mayFreshen = () =>
  visible() && !document.hidden && !inDialog() && !now.loading && !$.grid.dataset.old &&
  (!now.search.sort || now.search.sort === "newest") && now.search.group !== "workflow";

// What was finished meanwhile comes on top, and what is looked at stays where it is.
async function freshen() {
  if (!mayFreshen()) return;
  const mine = now.turn;
  const answer = await ask(() => host.server.gal_page({ search: asked(), after: "", limit: FRESH }));
  if (mine !== now.turn || answer.error || now.loading || inDialog()) return;
  const fresh = unknown(answer.tiles, now.all.slice(0, AMONG));
  const joins = !now.all.length || answer.tiles.some((t) => t.id === now.all[0].id);
  if (!fresh.length) { if (!answer.tiles.length && now.all.length) begin(); }
  else if (joins) putIn(answer.tiles);
  else if ($.grid.getBoundingClientRect().top >= 0 && !picked.size) begin();
}

function putIn(page) {
  const top = $.grid.getBoundingClientRect().top, seen = top < 0 ? rows[rowAt(-top)] : null;
  const anchor = seen ? now.tiles[seen.from] : null, off = seen ? seen.top + top : 0;
  const { activeElement } = document;
  const isFocused = host.element.contains(activeElement) && activeElement?.classList.contains("gallery-tile");
  const at = now.tiles[now.cursor];
  const all = merged(now.all, page);
  now.all.length = 0;   // the full view walks over the same list
  for (const tile of all) now.all.push(tile);
  refold();
  if (at) now.cursor = placeOf(at);
  arrange(true);
  if (anchor) scrollBy(0, rows[rowOf(placeOf(anchor))].top + $.grid.getBoundingClientRect().top - off);
  if (isFocused) focusTile(now.cursor);
  drawWords();
  count(now.turn);
}

function shown() {
  document.body.dataset.endless = "true";
  remember();
  arrange(false);
  scrollTo(0, place);
  paint();
  if (now.stale) { now.stale = false; if (place < innerHeight) begin(); }
  freshen();
}

function hidden() {
  delete document.body.dataset.endless;
  if (location.hash.startsWith(HASH)) addressed("");
}

export function wireLoading() {
  let was = false, waiting = false;
  new ResizeObserver(() => {
    const is = visible();
    if (is && !was) shown();
    if (!is && was) hidden();
    if (is && was && $.grid.clientWidth !== laidFor) keepPlace();
    was = is;
  }).observe(host.element);
  addEventListener("scroll", () => {
    // A hidden tab makes the page shorter; what that scrolls may be told once it is shown again.
    if (!was || !visible()) return;
    place = scrollY;
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; paint(); });
  }, { passive: true });
  setInterval(freshen, FRESH_EVERY);
  document.addEventListener("visibilitychange", freshen);
  $.retry.onclick = () => (now.all.length ? more() : begin());
}

// Another width lays other rows: the picture that was on top stays there.
export function keepPlace() {
  const top = -$.grid.getBoundingClientRect().top, seen = rows.length && top > 0 ? rows[rowAt(top)].from : null;
  arrange(true);
  if (seen !== null) scrollBy(0, rows[rowOf(seen)].top - top);
}
