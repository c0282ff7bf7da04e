// Selecting, and what is done with what is selected.

import { openActs } from "../shell/acts.js";
import { sends } from "../shell/drag.js";
import { emit } from "../shell/events.js";
import { once } from "../shell/once.js";
import { toast } from "../shell/toast.js";
import { bytes, grouped, plural } from "../shell/count.js";
import { ask, confirm } from "../shell/dom.js";
import { amountOf, keyOf, keysIn, pairOf } from "../shell/image_key.js";
import { $, host, now } from "./host.js";
import { drawBar } from "./bar.js";
import { meant, range } from "./fold.js";
import { cells, dress, drop, focusTile, redraw } from "./grid.js";
import { redrawHeadings } from "./headings.js";
import { begin, loadAll } from "./load.js";
import { announce, picked } from "./state.js";

const MOST_CHOSEN = 20_000;  // images that are changed at once, as in studio/library/library.py
let held = 0;                // a long press that is under way

/** The images with these *keys*, in the order in which they were found. */
export const tilesOf = (keys) => now.all.filter((t) => keys.has(keyOf(t)));
/** The images that are selected. */
export const chosen = () => tilesOf(picked);

// A press on a tile opens it; while something is selected on a touch screen it selects.
export function pressed(e, tile) {
  if (held === -1) { held = 0; return; }
  if (e.shiftKey || e.ctrlKey || e.metaKey || (picked.size && e.pointerType === "touch")) choose(tile, e.shiftKey);
  else openTile(tile);
}

function openTile(tile) {
  now.cursor = now.tiles.indexOf(tile);
  emit("open", { list: now.all, at: now.all.indexOf(tile), binned: Boolean(now.search.binned) });
}

export function choose(tile, isRange) {
  now.cursor = now.tiles.indexOf(tile);
  if (isRange) range(now.from, tile).flatMap(meant).forEach((t) => picked.add(keyOf(t)));
  else {
    const keys = meant(tile).map(keyOf), all = keys.every((key) => picked.has(key));
    keys.forEach((key) => (all ? picked.delete(key) : picked.add(key)));
    now.from = keyOf(tile);
  }
  drawPicks();
}

/** Select all of a group's *images*, or none of them where all are. */
export function chooseGroup(images) {
  const isAll = images.every((t) => picked.has(keyOf(t)));
  images.forEach((t) => (isAll ? picked.delete(keyOf(t)) : picked.add(keyOf(t))));
  drawPicks();
}

/** Select all that is found, of which what is not loaded is loaded first. */
export async function chooseAll() {
  const mine = now.turn;
  if (now.last) toast("Loading all images…");
  await loadAll(MOST_CHOSEN);
  if (mine !== now.turn) return;
  const some = now.all.slice(0, MOST_CHOSEN);
  some.forEach((t) => picked.add(keyOf(t)));
  drawPicks();
  announce(`${grouped(picked.size)} selected.`);
  if (now.last || now.all.length > some.length)
    toast(`The first ${grouped(some.length)} are selected: more cannot be changed at once.`);
}

export function chooseNone() {
  picked.clear();
  drawPicks();
}

function drawPicks() {
  cells().forEach(dress);
  redrawHeadings();
  drawBar();
}

// Changing

// Change what is shown at once, and take it back where the app refuses.
async function change(wanted, fields, call, said) {
  const keys = wanted.map(keyOf), before = wanted.map((t) => ({ ...t }));
  emit("marked", { keys, fields });
  drawBar();
  const answer = await ask(call);
  if (answer.error) {
    wanted.forEach((t, n) => {
      t.rating = before[n].rating;
      t.favourite = before[n].favourite;
    });
    redraw(new Set(keys));
    drawBar();
    emit("changed", { keys });
    toast(answer.error);
    return false;
  }
  announce(said);
  return true;
}

export const rate = (wanted, rating) =>
  change(
    wanted,
    { rating },
    () => host.server.gal_rate({ images: wanted.map(pairOf), rating }),
    rating ? `Rated ${plural(rating, "star")}.` : "Rating removed.",
  );
export const favour = (wanted, on) =>
  change(
    wanted,
    { favourite: on },
    () => host.server.gal_favour({ images: wanted.map(pairOf), on }),
    on ? "Added to favourites." : "Removed from favourites.",
  );

export const remove = once(async (wanted) => {
  const answer = await busy("Deleting…", () => host.server.gal_delete({ images: wanted.map(pairOf) }));
  if (answer.error) return toast(answer.error);
  const keys = new Set(keysIn(answer)), gone = wanted.filter((t) => keys.has(keyOf(t)));
  const kept = wanted.length - gone.length;
  drop(keys);
  emit("removed", { keys: [...keys] });
  const stayed = kept ? `; ${grouped(kept)} of unfinished jobs stayed` : "";
  const words = `${gone.length === 1 ? "Deleted" : `Deleted ${grouped(gone.length)}`}${stayed}.`;
  if (now.tiles.length) focusTile(now.cursor);
  return toast(words, "Undo", () => restore(gone));
});

const restore = once(async (wanted) => {
  const answer = await busy("Restoring…", () => host.server.gal_restore({ images: wanted.map(pairOf) }));
  if (answer.error) return toast(answer.error);
  const keys = keysIn(answer);
  remove.free();
  cameBack(keys);
  return toast(keys.length === 1 ? "Restored." : `Restored ${grouped(keys.length)}.`);
});

export function cameBack(back) {
  if (now.search.binned) drop(new Set(back)); else begin();
}

export const restorePicked = () => restore(chosen());

export async function purgePicked() {
  const wanted = chosen();
  if (
    !(await confirm(
      "Delete permanently?",
      `${amountOf(wanted)} will be deleted from the disk. This cannot be undone.`,
      "Delete permanently",
    ))
  )
    return;
  await purge({ images: wanted.map(pairOf) });
}

export async function emptyBin() {
  if (
    !(await confirm(
      "Empty bin?",
      "Everything in your bin will be deleted from the disk. This cannot be undone.",
      "Empty bin",
    ))
  )
    return;
  await purge({ all: true });
}

async function purge(what) {
  const freed = await busy("Deleting…", () => host.server.gal_purge(what));
  toast(freed.error || said(freed));
  if (!freed.error) begin();
}

export const said = ({ generations, files, bytes: size }) => {
  const what = [generations && plural(generations, "generation"), files && plural(files, "file")].filter(Boolean);
  return what.length ? `Deleted ${what.join(" and ")}: ${bytes(size)} freed.` : "Nothing to delete.";
};

export const again = once(async () => {
  const images = chosen().map(pairOf);
  const answer = await busy("Adding to the queue…", () => host.server.gal_again({ images, seed: "new" }));
  if (answer.error) return toast(answer.error);
  chooseNone();
  return toast(`${plural(answer.made.length, "generation")} queued, with new seeds.`, "Show the queue", () =>
    document.getElementById("tab-queue-button")?.click(),
  );
});

// What takes over a second says so; the answer's own words come after it.
export async function busy(words, call) {
  const timer = setTimeout(() => toast(words), 700);
  const answer = await ask(call);
  clearTimeout(timer);
  return answer;
}

export function wirePicking() {
  sends($.grid, (target) => {
    const element = target.closest(".gallery-tile");
    return element && { element, tile: element.parentElement.tile };
  });
  let start = null;
  $.grid.addEventListener("pointerdown", (e) => {
    const box = e.target.closest(".gal-cell");
    if (!box || e.pointerType !== "touch") return;
    start = [e.clientX, e.clientY];
    held = setTimeout(() => { held = -1; choose(box.tile, false); navigator.vibrate?.(12); }, 450);
  });
  const stop = () => { if (held > 0) { clearTimeout(held); held = 0; } };
  $.grid.addEventListener("pointermove", (e) => {
    if (start && Math.hypot(e.clientX - start[0], e.clientY - start[1]) > 10) stop();
  });
  for (const name of ["pointerup", "pointercancel"]) $.grid.addEventListener(name, stop);
  $.grid.addEventListener("contextmenu", (e) => {
    const box = e.target.closest(".gal-cell");
    if (held === -1) e.preventDefault();
    else if (box && !now.search.binned) { e.preventDefault(); openActs(box.tile, e); }
  });
  // An answer that can be shown is no archive, but the sentence why there is none.
  $.zipFrame.addEventListener("load", () => {
    let words = "";
    try { words = $.zipFrame.contentDocument.body.textContent; } catch { /* none of ours */ }
    if (!words) return;
    try { words = JSON.parse(words).error || words; } catch { /* plain text */ }
    toast(String(words).slice(0, 300));
  });
}
