// The grid: rows of pictures of one height, of which only those near the screen are in the page.

import { h, icon, show } from "../shell/dom.js";
import { addressOf, keyOf } from "../shell/image_key.js";
import * as media from "../shell/media.js";
import { $, now } from "./host.js";
import { lastUpTo, lay, ratioOf } from "./layout.js";
import { drawWords } from "./find.js";
import { batchOf, isFolded, meant, placeOf, refold } from "./fold.js";
import { begins, drawHeading, eraseHeading, eraseHeadings, headingOf, redrawHeadings } from "./headings.js";
import { more } from "./load.js";
import { lengthOf } from "./moving.js";
import { choose, pressed } from "./pick.js";
import { drawBar } from "./bar.js";
import { ENDS, FINISHED } from "./ends.js";
import { picked, typeFor, visible } from "./state.js";
import { measuresAt } from "./tile_size.js";
import { plural } from "../shell/count.js";
import { locale, t } from "../words/words.js";

export let rows = [];               // as layout.js lays them
export let laidFor = 0;             // the width for which they were laid
let bottom = 0;
const drawn = new Map();     // by row number: its element

const measures = () => measuresAt(now.size);

function layFrom(from, width) {
  const laid = lay(now.tiles, from, width, bottom, measures(), begins);
  rows.push(...laid.rows);
  bottom = laid.bottom;
}

// Lay again what changed: everything, or what came after the last full row.
export function arrange(all) {
  const width = $.grid.clientWidth;
  if (!width) return;
  if (all || width !== laidFor) {
    laidFor = width;
    rows = [];
    bottom = 0;
    wipe();
    layFrom(0, width);
  } else {
    const open = rows.pop(), from = open ? open.from : 0;
    if (open) { erase(rows.length); bottom = open.top - open.head; }
    layFrom(from, width);
  }
  $.grid.style.height = `${Math.max(0, bottom - measures().gap)}px`;
  redrawHeadings();
  paint();
}

function wipe() {
  drawn.forEach((row) => row.remove());
  drawn.clear();
  eraseHeadings();
}

function erase(number) {
  const row = drawn.get(number);
  if (row) { row.remove(); drawn.delete(number); eraseHeading(number); }
}

// The number of the row at *y*, counted from the grid's top.
export const rowAt = (y) => lastUpTo(rows, "top", y);

export const rowOf = (index) => lastUpTo(rows, "from", index);

export function paint() {
  if (!visible()) return;
  const top = -$.grid.getBoundingClientRect().top, screen = innerHeight, { near } = measures();
  if (rows.length) {
    const first = rowAt(top - screen * near), end = rowAt(top + screen * (1 + near));
    const focused = document.activeElement;
    drawn.forEach((row, n) => { if ((n < first || n > end) && !row.contains(focused)) erase(n); });
    for (let n = first; n <= end; n += 1) if (!drawn.has(n)) drawRow(n);
  }
  drawWhen(top);
  if (now.last && !now.loading && bottom - top < screen * 4) more();
}

function drawRow(n) {
  const { top, tall, from, to, head } = rows[n];
  const row = h("div", { class: "gal-row" });
  row.style.top = `${top}px`;
  row.style.height = `${tall}px`;
  for (let i = from; i < to; i += 1) row.append(cell(now.tiles[i], ratioOf(now.tiles[i]) * tall));
  drawn.set(n, row);
  // In the order in which they are read, whatever came first.
  const after = [...drawn.keys()].filter((one) => one > n).sort((a, b) => a - b)[0];
  $.grid.insertBefore(row, after === undefined ? null : headingOf(after) || drawn.get(after));
  if (head) row.before(drawHeading(n, from, top - head));
}

// What a tile is called: of a batch, which image, or how many it stands for.
function named(tile) {
  const batch = batchOf(tile), said = tile.prompt || t("no prompt");
  if (batch.length === 1) return said;
  const which = isFolded(tile)
    ? plural(batch.length, "image")
    : t("{n} of {count}", { n: batch.indexOf(tile) + 1, count: batch.length });
  return `${said} (${which})`;
}

// How many images a batch has, on its first tile; pressed, it is unfolded or folded again.
function fold(tile) {
  const batch = batchOf(tile);
  if (!now.fold || batch.length === 1 || batch[0] !== tile) return null;
  const folded = isFolded(tile), title = folded ? t("Show all {count} images", { count: batch.length }) : t("Fold the batch");
  return h(
    "button",
    {
      type: "button",
      class: "gal-fold",
      tabindex: -1,
      title,
      "aria-label": `${title}: ${tile.prompt || t("no prompt")}`,
      "aria-expanded": String(!folded),
      onclick: () => unfold(tile),
    },
    icon(folded ? "batch" : "fold"),
    h("b", {}, String(batch.length)),
  );
}

/** Show the images of a folded batch, or one tile for them again. */
export function unfold(tile) {
  if (now.open.has(tile.id)) now.open.delete(tile.id); else now.open.add(tile.id);
  relay(tile);
  focusTile(now.cursor);
}

/** Lay out the grid anew for what is folded now, with *tile* at the cursor. */
export function relay(tile) {
  refold();
  now.cursor = tile ? Math.max(0, placeOf(tile)) : 0;
  arrange(true);
  drawBar();
}

const nameOf = (tile) => h("span", { class: "gallery-line" }, tile.text || tile.name || tile.prompt);

// What stands where there is no thumbnail: what kind of file it is, and its name.
function standIn(tile, isNamed = true) {
  const small = media.small({ media: typeFor(tile) });
  if (tile.thumb) small.title = t("No preview: this file cannot be read, or not now.");
  return isNamed ? [small, nameOf(tile)] : [small];
}

function cell(tile, wide) {
  const kind = media.kindOf(typeFor(tile)), words = tile.thumb && kind === "image" ? "" : media.words[kind] || t("file");
  const button = h("button", {
    type: "button",
    class: "gallery-tile",
    tabindex: now.tiles[now.cursor] === tile ? 0 : -1,
    "aria-label": words ? t("Open {kind}: {label}", { kind: words, label: named(tile) }) : t("Open: {label}", { label: named(tile) }),
    onclick: (e) => pressed(e, tile),
  });
  if (tile.thumb)
    button.append(
      h("img", {
        alt: "",
        decoding: "async",
        draggable: "false",
        src: addressOf(tile, "?thumbnail"),
        onerror: (e) => e.target.replaceWith(...standIn(tile, kind === "video")),
      }),
      kind === "audio" ? nameOf(tile) : "",
    );
  else button.append(...standIn(tile));
  const check = h(
    "button",
    {
      type: "button",
      class: "gal-check",
      tabindex: -1,
      role: "checkbox",
      "aria-checked": "false",
      "aria-label": t("Select: {tile}", { tile: named(tile) }),
      onclick: (e) => choose(tile, e.shiftKey),
    },
    icon("check"),
  );
  const box = h(
    "div",
    { class: "gal-cell", "data-id": tile.id, "data-n": tile.n, "data-folded": String(isFolded(tile)) },
    button,
    check,
    fold(tile),
    marks(tile),
  );
  box.style.width = `${wide}px`;
  box.tile = tile;
  dress(box);
  return box;
}

function marks(tile) {
  const box = h("span", { class: "gal-marks", "aria-hidden": "true" });
  if (tile.status && tile.status !== FINISHED)
    box.append(h("b", { "data-status": tile.status }, ENDS[tile.status] || tile.status));
  const stars = Math.max(...meant(tile).map((one) => one.rating || 0));
  if (stars) box.append(h("span", {}, now.size ? "★".repeat(stars) : `${stars} ★`));   // small ones have no room
  if (meant(tile).some((one) => one.favourite)) box.append(icon("heart"));
  box.append(lengthOf(tile) || "");
  return box;
}

export function dress(box) {
  const images = meant(box.tile), some = images.filter((one) => picked.has(keyOf(one))).length;
  const all = some === images.length;
  box.dataset.picked = String(all);
  box.querySelector(".gal-check").setAttribute("aria-checked", all ? "true" : some ? "mixed" : "false");
}

export const cells = () => [...drawn.values()].flatMap((row) => [...row.children]);

// Tiles of images that changed, by their *keys*, are drawn anew where they stand.
export function redraw(keys) {
  cells().forEach((box) => {
    if (meant(box.tile).some((one) => keys.has(keyOf(one)))) {
      box.querySelector(".gal-marks").replaceWith(marks(box.tile));
      dress(box);
    }
  });
}

// Remove images, by their *keys*, in place: the full view walks over the same list.
export function drop(keys) {
  const kept = now.all.filter((one) => !keys.has(keyOf(one))), gone = now.all.length - kept.length;
  if (!gone) return;
  now.all.length = 0;
  kept.forEach((one) => now.all.push(one));
  refold();
  if (now.total) now.total.images = Math.max(0, now.total.images - gone);
  keys.forEach((key) => picked.delete(key));
  now.cursor = Math.min(now.cursor, Math.max(0, now.tiles.length - 1));
  arrange(true);
  drawWords();
  drawBar();
}

// Give tile *index* the focus, scrolled to where it can be seen.
export function focusTile(index) {
  if (!now.tiles.length) return;
  const to = Math.max(0, Math.min(now.tiles.length - 1, index)), n = rowOf(to), row = rows[n];
  cells().forEach((box) => {
    if (box.tile === now.tiles[now.cursor]) box.querySelector(".gallery-tile").tabIndex = -1;
  });
  now.cursor = to;
  const head = Math.max(0, $.head.getBoundingClientRect().bottom) + 10, room = innerHeight - (picked.size ? 90 : 16);
  const top = $.grid.getBoundingClientRect().top + row.top;
  if (top < head) scrollBy(0, top - head);
  else if (top + row.tall > room) scrollBy(0, top + row.tall - room);
  paint();
  if (!drawn.has(n)) drawRow(n);
  const button = drawn.get(n).children[to - row.from].querySelector(".gallery-tile");
  button.tabIndex = 0;
  button.focus({ preventScroll: true });
}

// A tile of the row below or above, nearest to the middle of this one.
export function beside(index, down) {
  const n = rowOf(index) + down, row = rows[n];
  if (!row) return index;
  const middle = (from, i, tall) => {
    let x = 0;
    for (let k = from; k < i; k += 1) x += ratioOf(now.tiles[k]) * tall + measures().gap;
    return x + (ratioOf(now.tiles[i]) * tall) / 2;
  };
  const here = rows[n - down], x = middle(here.from, index, here.tall);
  let best = row.from;
  for (let i = row.from; i < row.to; i += 1)
    if (Math.abs(middle(row.from, i, row.tall) - x) < Math.abs(middle(row.from, best, row.tall) - x)) best = i;
  return best;
}

// While one scrolls far, the month that is passed.
let whenTimer = 0, whenTop = 0;
function drawWhen(top) {
  const far = Math.abs(top - whenTop) > 8 && top > innerHeight && rows.length > 12;
  whenTop = top;
  if (!far || !["newest", "oldest", undefined].includes(now.search.sort)) return;
  const made = now.tiles[rows[rowAt(top + 80)].from].made;
  $.when.textContent = new Date(made * 1000).toLocaleDateString(locale, {
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  show($.when, true);
  clearTimeout(whenTimer);
  whenTimer = setTimeout(() => show($.when, false), 900);
}
