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
import { said } from "../words/said.js";
import { t } from "../words/words.js";

const MOST_CHOSEN = 20_000;  // images that are changed at once, as in studio/library/library.py
let held = 0;                // a long press that is under way

/** The images with these *keys*, in the order in which they were found. */
export const tilesOf = (keys) => now.all.filter((one) => keys.has(keyOf(one)));
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
  if (isRange) range(now.from, tile).flatMap(meant).forEach((one) => picked.add(keyOf(one)));
  else {
    const keys = meant(tile).map(keyOf), all = keys.every((key) => picked.has(key));
    keys.forEach((key) => (all ? picked.delete(key) : picked.add(key)));
    now.from = keyOf(tile);
  }
  drawPicks();
}

/** Select all of a group's *images*, or none of them where all are. */
export function chooseGroup(images) {
  const isAll = images.every((one) => picked.has(keyOf(one)));
  images.forEach((one) => (isAll ? picked.delete(keyOf(one)) : picked.add(keyOf(one))));
  drawPicks();
}

/** Select all that is found, of which what is not loaded is loaded first; whether that was done. */
export async function chooseAll() {
  const mine = now.turn;
  if (now.last) toast(t("Loading all images…"));
  await loadAll(MOST_CHOSEN);
  if (mine !== now.turn) return false;
  const some = now.all.slice(0, MOST_CHOSEN);
  some.forEach((one) => picked.add(keyOf(one)));
  drawPicks();
  announce(t("{count} selected.", { count: grouped(picked.size) }));
  if (now.last || now.all.length > some.length)
    toast(t("The first {count} are selected: more cannot be changed at once.", { count: grouped(some.length) }));
  return true;
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
async function change(wanted, fields, call, sentence) {
  const keys = wanted.map(keyOf), before = wanted.map((one) => ({ ...one }));
  emit("marked", { keys, fields });
  drawBar();
  const answer = await ask(call);
  if (answer.error) {
    wanted.forEach((one, n) => {
      one.rating = before[n].rating;
      one.favourite = before[n].favourite;
    });
    redraw(new Set(keys));
    drawBar();
    emit("changed", { keys });
    toast(answer.error);
    return false;
  }
  announce(sentence);
  return true;
}

export const rate = (wanted, rating) =>
  change(
    wanted,
    { rating },
    () => host.server.gal_rate({ images: wanted.map(pairOf), rating }),
    rating ? t("Rated {stars}.", { stars: plural(rating, "star") }) : t("Rating removed."),
  );
export const favour = (wanted, on) =>
  change(
    wanted,
    { favourite: on },
    () => host.server.gal_favour({ images: wanted.map(pairOf), on }),
    on ? t("Added to favourites.") : t("Removed from favourites."),
  );

export const remove = once(async (wanted) => {
  const answer = await busy(t("Deleting…"), () => host.server.gal_delete({ images: wanted.map(pairOf) }));
  if (answer.error) return toast(answer.error);
  const keys = new Set(keysIn(answer)), gone = wanted.filter((one) => keys.has(keyOf(one)));
  const kept = wanted.length - gone.length;
  drop(keys);
  emit("removed", { keys: [...keys] });
  const stayed = kept ? `; ${t("{count} of unfinished jobs stayed", { count: grouped(kept) })}` : "";
  const words = `${gone.length === 1 ? t("Deleted") : t("Deleted {count}", { count: grouped(gone.length) })}${stayed}.`;
  if (now.tiles.length) focusTile(now.cursor);
  return toast(words, t("Undo"), () => restore(gone));
});

const restore = once(async (wanted) => {
  const answer = await busy(t("Restoring…"), () => host.server.gal_restore({ images: wanted.map(pairOf) }));
  if (answer.error) return toast(answer.error);
  const keys = keysIn(answer);
  remove.free();
  cameBack(keys);
  return toast(keys.length === 1 ? t("Restored.") : t("Restored {count}.", { count: grouped(keys.length) }));
});

export function cameBack(back) {
  if (now.search.binned) drop(new Set(back)); else begin();
}

export const restorePicked = () => restore(chosen());

export async function purgePicked() {
  const wanted = chosen();
  if (
    !(await confirm(
      t("Delete permanently?"),
      t("{images} will be deleted from the disk. This cannot be undone.", { images: amountOf(wanted) }),
      t("Delete permanently"),
    ))
  )
    return;
  await purge({ images: wanted.map(pairOf) });
}

export async function emptyBin() {
  if (
    !(await confirm(
      t("Empty bin?"),
      t("Everything in your bin will be deleted from the disk. This cannot be undone."),
      t("Empty bin"),
    ))
  )
    return;
  await purge({ all: true });
}

async function purge(what) {
  const done = await busy(t("Deleting…"), () => host.server.gal_purge(what));
  toast(done.error || freed(done));
  if (!done.error) begin();
}

export const freed = ({ generations, files, bytes: size }) => {
  const what = [generations && plural(generations, "generation"), files && plural(files, "file")].filter(Boolean);
  return what.length ? t("Deleted {what}: {size} freed.", { what: what.join(` ${t("and")} `), size: bytes(size) }) : t("Nothing to delete.");
};

export const again = once(async () => {
  const images = chosen().map(pairOf);
  const answer = await busy(t("Adding to the queue…"), () => host.server.gal_again({ images, seed: "new" }));
  if (answer.error) return toast(answer.error);
  chooseNone();
  return toast(t("{generations} queued, with new seeds.", { generations: plural(answer.made.length, "generation") }), t("Show the queue"), () =>
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
    toast(said(String(words).slice(0, 300)));
  });
}
