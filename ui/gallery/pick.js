// Selecting, and what is done with what is selected.

import { openActs } from "../shell/acts.js";
import { emit } from "../shell/events.js";
import { once } from "../shell/once.js";
import { toast } from "../shell/toast.js";
import { bytes, grouped, plural } from "../shell/count.js";
import { ask, confirm, h, icon, show, stars } from "../shell/dom.js";
import { amountOf, keyOf, keysIn, NO_FILE, pairOf } from "../shell/image_key.js";
import { $, host, now } from "./host.js";
import { openCompare } from "./compare.js";
import { meant, range } from "./fold.js";
import { cells, dress, drop, focusTile, redraw } from "./grid.js";
import { openLabels } from "./labels.js";
import { begin } from "./load.js";
import { announce, picked } from "./state.js";

let held = 0;                // a long press that is under way

/** The images with these *keys*, in the order in which they were found. */
export const tilesOf = (keys) => now.all.filter((t) => keys.has(keyOf(t)));
/** The images that are selected. */
export const chosen = () => tilesOf(picked);
const keysOf = (tiles) => new Set(tiles.map(keyOf));

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

export function chooseAll() {
  now.all.forEach((t) => picked.add(keyOf(t)));
  drawPicks();
  announce(`${picked.size} selected.`);
}

export function chooseNone() {
  picked.clear();
  drawPicks();
}

function drawPicks() {
  cells().forEach(dress);
  drawBar();
}

function act(name, title, perform, extra = {}) {
  return h(
    "button",
    { type: "button", class: "gal-act", title, "aria-label": title, onclick: perform, ...extra },
    icon(name),
    h("span", {}, extra.label || title),
  );
}

export function drawBar() {
  show($.bar, picked.size);
  host.element.dataset.picking = String(picked.size > 0);
  if (!picked.size) return;
  const all = chosen();
  const hearts = all.length > 0 && all.every((t) => t.favourite);
  const rating = stars("Rate what is selected", (n) => rate(chosen(), n));
  rating.show(all.length && all.every((t) => t.rating === all[0].rating) ? all[0].rating : 0);
  const usual = now.search.binned
    ? [
        act("restore", "Restore", restorePicked),
        act("bin", "Delete for good", purgePicked, { class: "gal-act sg-danger" }),
      ]
    : [
        rating,
        act("heart", hearts ? "No favourite" : "Favourite", () => favour(chosen(), !hearts), {
          "data-on": String(hearts),
        }),
        act("tag", "Tag", () => openLabels("tag")),
        act("folder", "Collect", () => openLabels("collection")),
        act("down", "Download", download),
        act("again", "Run again", again),
        picked.size === 1 ? act("more", "More", openMore, { "aria-haspopup": "menu" }) : null,
        picked.size === 2 ? act("compare", "Compare", openCompare) : null,
        act("bin", "Delete", () => remove(chosen()), { class: "gal-act sg-danger" }),
      ];
  $.bar.replaceChildren(
    h(
      "button",
      {
        type: "button",
        class: "gal-square gal-none",
        "aria-label": "Select nothing",
        title: "Select nothing (Escape)",
        onclick: chooseNone,
      },
      icon("close"),
    ),
    h("strong", { role: "status" }, `${grouped(picked.size)} selected`),
    h("div", { class: "gal-acts" }, ...usual.filter(Boolean)),
  );
}

// Changing

// Change what is shown at once, and take it back where the app refuses.
async function change(wanted, call, alter, said) {
  const keys = keysOf(wanted), before = wanted.map((t) => ({ ...t }));
  wanted.forEach(alter);
  redraw(keys);
  drawBar();
  const answer = await ask(call);
  if (answer.error) {
    wanted.forEach((t, n) => {
      t.rating = before[n].rating;
      t.favourite = before[n].favourite;
    });
    redraw(keys);
    drawBar();
    toast(answer.error);
    return false;
  }
  if (said) announce(said);
  return true;
}

export const rate = (wanted, rating) =>
  change(
    wanted,
    () => host.server.gal_rate({ images: wanted.map(pairOf), rating }),
    (t) => {
      t.rating = rating;
    },
    rating ? `Rated ${plural(rating, "star")}.` : "Rating taken away.",
  );
export const favour = (wanted, on) =>
  change(
    wanted,
    () => host.server.gal_favour({ images: wanted.map(pairOf), on }),
    (t) => {
      t.favourite = on;
    },
    on ? "A favourite now." : "No favourite any more.",
  );

export const remove = once(async (wanted) => {
  const answer = await busy("Deleting…", () => host.server.gal_delete({ images: wanted.map(pairOf) }));
  if (answer.error) return toast(answer.error);
  const keys = new Set(keysIn(answer)), gone = wanted.filter((t) => keys.has(keyOf(t)));
  const kept = wanted.length - gone.length;
  drop(keys);
  emit("removed", { keys: [...keys] });
  const stayed = kept ? `; ${grouped(kept)} of jobs not over yet stayed` : "";
  const words = `${gone.length === 1 ? "Deleted" : `Deleted ${grouped(gone.length)}`}${stayed}.`;
  if (now.tiles.length) focusTile(now.cursor);
  return toast(words, "Undo", () => restore(gone));
});

const restore = once(async (wanted) => {
  const answer = await busy("Taking out of the bin…", () => host.server.gal_restore({ images: wanted.map(pairOf) }));
  if (answer.error) return toast(answer.error);
  const keys = keysIn(answer);
  cameBack(keys);
  return toast(keys.length === 1 ? "Back in the gallery." : `${grouped(keys.length)} are back in the gallery.`);
});

export function cameBack(back) {
  if (now.search.binned) drop(new Set(back)); else begin();
}

const restorePicked = () => restore(chosen());

export async function purgePicked() {
  const wanted = chosen();
  if (
    !(await confirm(
      "Delete for good?",
      `${amountOf(wanted)} will be removed from the disk. This cannot be undone.`,
      "Delete for good",
    ))
  )
    return;
  await purge({ images: wanted.map(pairOf) });
}

export async function emptyBin() {
  if (
    !(await confirm(
      "Empty the bin?",
      "Everything of yours in the bin is removed from the disk. This cannot be undone.",
      "Empty the bin",
    ))
  )
    return;
  await purge({ all: true });
}

async function purge(what) {
  const freed = await busy("Removing from the disk…", () => host.server.gal_purge(what));
  toast(freed.error || said(freed));
  if (!freed.error) begin();
}

export const said = ({ generations, files, bytes: size }) => {
  const what = [generations && plural(generations, "generation"), files && plural(files, "file")].filter(Boolean);
  return what.length ? `Removed ${what.join(" and ")}: ${bytes(size)} freed.` : "There was nothing to remove.";
};

const again = once(async () => {
  const images = chosen().map(pairOf);
  const answer = await busy("Adding to the queue…", () => host.server.gal_again({ images, seed: "new" }));
  if (answer.error) return toast(answer.error);
  chooseNone();
  return toast(`${plural(answer.made.length, "generation")} queued, with new seeds.`, "Show the queue", () =>
    document.getElementById("tab-queue-button")?.click(),
  );
});

// What can be made of the one that is selected.
function openMore(e) {
  const [tile] = chosen();
  if (tile) openActs(tile, e.currentTarget);
}

const download = once(() => {
  const all = chosen(), files = all.filter((t) => t.n !== NO_FILE);
  $.zipIds.value = JSON.stringify(all.filter((t) => t.n === NO_FILE).map((t) => t.id));
  $.zipImages.value = JSON.stringify(files.map(({ id, n }) => ({ id, number: n })));
  $.zip.requestSubmit();
  toast(`Packing ${amountOf(all)}: the download starts in a moment.`);
});

// What takes over a second says so; the answer's own words come after it.
export async function busy(words, call) {
  const timer = setTimeout(() => toast(words), 700);
  const answer = await ask(call);
  clearTimeout(timer);
  return answer;
}

export function wirePicking() {
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
