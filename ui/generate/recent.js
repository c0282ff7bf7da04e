// The strip of what was made last: asked for when something is finished, never drawn anew where it stays.

import { act, openActs, rate } from "../shell/acts.js";
import { ask, h, icon, refs, show, within } from "../shell/dom.js";
import { sends } from "../shell/drag.js";
import { emit, on } from "../shell/events.js";
import { addressOf, keyOf } from "../shell/image_key.js";
import { lengthOf } from "../gallery/moving.js";
import * as media from "../shell/media.js";
import { nameOf, recentOf } from "./recent_list.js";
import { t } from "../words/words.js";

/** @typedef {import("../shell/events.js").Tile} Tile */

const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
/** Elements of the template by their data-ref. @type {Record<string, any>} */
const $ = {};

/** @type {Tile[]} */
let tiles = [];
/** @type {Map<string, any>} by key: what is drawn */
const drawn = new Map();
let cursor = "";             // the key of the one that Tab leads to
let asked = 0;
let isOpen = false;          // the full view was opened from here

/** @param {import("../shell/host.js").Host} host */
async function load(host) {
  const mine = (asked += 1);
  const answer = await ask(() => host.server.gen_recent({}));
  if (mine !== asked || answer.error) return;   // what is shown stays; the next end asks again
  tiles = recentOf(answer.tiles);
  draw();
}

function draw() {
  const seen = [...$.strip.children].find((e) => e.offsetLeft + e.offsetWidth > $.strip.scrollLeft);
  const off = seen && $.strip.scrollLeft > 0 ? seen.offsetLeft - $.strip.scrollLeft : null;
  const had = $.strip.contains(document.activeElement);
  const keys = new Set(tiles.map(keyOf));
  if (!keys.has(cursor)) cursor = tiles.length ? keyOf(tiles[0]) : "";
  drawn.forEach((box, key) => { if (!keys.has(key)) { box.remove(); drawn.delete(key); } });
  tiles.forEach((tile, n) => {
    const key = keyOf(tile), box = drawn.get(key) || cell();
    drawn.set(key, box);
    dress(box, tile);
    if ($.strip.children[n] !== box) $.strip.insertBefore(box, $.strip.children[n] || null);
  });
  show($.box, tiles.length);
  if (off !== null && seen.isConnected) $.strip.scrollLeft = seen.offsetLeft - off;
  if (had && !$.strip.contains(document.activeElement)) drawn.get(cursor)?.focus();
}

const cell = () => h("button", {
  type: "button",
  class: "recent-tile",
  onclick: (e) => open(e.currentTarget.tile),
  onfocus: (e) => { move(keyOf(e.currentTarget.tile)); },
});

function dress(box, tile) {
  const kind = media.kindOf(tile.media), words = kind === "image" ? "" : media.words[kind].toLowerCase(),
    label = nameOf(tile, tiles);
  const look = JSON.stringify([tile.thumb, tile.media, tile.favourite]);
  box.tile = tile;
  box.tabIndex = keyOf(tile) === cursor ? 0 : -1;
  box.setAttribute("aria-label",
    [words ? t("Open {kind}: {label}", { kind: words, label }) : t("Open: {label}", { label }),
      tile.favourite && t("favourite")].filter(Boolean).join(", "));
  if (box.dataset.look === look) return;
  box.dataset.look = look;
  const small = () => media.small({ media: tile.media });
  const image = () => h("img", {
    src: addressOf(tile, "?thumbnail"), alt: "", decoding: "async", draggable: "false",
    onerror: (e) => e.target.replaceWith(small()),
  });
  box.replaceChildren(tile.thumb ? image() : small());
  box.append(lengthOf(tile) || "", tile.favourite ? icon("heart") : "");
}

function move(key) {
  if (key === cursor) return;
  drawn.get(cursor)?.setAttribute("tabindex", "-1");
  cursor = key;
  drawn.get(cursor)?.setAttribute("tabindex", "0");
}

function open(tile) {
  isOpen = true;
  emit("open", { list: [...tiles], at: tiles.indexOf(tile), beyond: true });
}

const tileAt = (target) => /** @type {any} */ (within(target, ".recent-tile"));

function keyed(e) {
  const box = tileAt(e.target), step = STEPS[e.key];
  if (!box || e.ctrlKey || e.metaKey || e.altKey) return;
  if (step) {
    e.preventDefault();
    const to = Math.max(0, Math.min(tiles.length - 1, tiles.indexOf(box.tile) + step));
    drawn.get(keyOf(tiles[to])).focus();
  } else if (e.repeat) return;   // a key that is held walks, and changes nothing
  else if (e.key === "Delete") act("bin", box.tile);
  else if (e.key.toLowerCase() === "f") act("heart", box.tile);
  else if (/^[0-5]$/.test(e.key)) rate(box.tile, Number(e.key));
}

// The full view leaves the focus on the image that was looked at last.
function left(tile) {
  if (!isOpen) return;
  isOpen = false;
  drawn.get(keyOf(tile))?.focus();
}

function marked({ keys, fields }) {
  const chosen = tiles.filter((tile) => keys.includes(keyOf(tile)));
  chosen.forEach((tile) => dress(drawn.get(keyOf(tile)), Object.assign(tile, fields)));
}

function removed(keys) {
  const gone = new Set(keys), at = tiles.findIndex((tile) => keyOf(tile) === cursor);
  tiles = tiles.filter((tile) => !gone.has(keyOf(tile)));
  if (gone.has(cursor) && tiles.length) cursor = keyOf(tiles[Math.min(at, tiles.length - 1)]);
  draw();
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  refs($, host.element);
  $.all.onclick = () => document.getElementById("tab-gallery-button")?.click();
  $.strip.addEventListener("keydown", keyed);
  $.strip.addEventListener("contextmenu", (e) => {
    const box = tileAt(e.target);
    if (!box) return;
    e.preventDefault();
    openActs(box.tile, e.button === 2 ? e : box);   // a key has no place of its own
  });
  sends($.strip, (target) => {
    const element = tileAt(target);
    return element && { element, tile: element.tile };
  });
  on("made", () => load(host));
  on("restored", () => load(host));
  on("changed", () => load(host));
  on("removed", (e) => removed(e.detail.keys));
  on("marked", (e) => marked(e.detail));
  on("left", (e) => left(e.detail.tile));
  load(host);
}
