// Images that are dragged: to an input, across tabs that open beneath the pointer (beneath a file, too), or
// out of the browser as a file. With a mouse alone: on touch screens a long press selects.

import { isImage } from "./acts.js";
import { within } from "./dom.js";
import { addressOf } from "./image_key.js";

/** @typedef {import("./events.js").Tile} Tile */

const TYPE = "application/x-stepglass";   // what carries the image: no text, or fields would take it
const TAB = "#tabs [role=tab]";
const HOVER = 450;           // milliseconds over a tab until it opens

/** @type {Tile | null} */
let dragged = null;
let over = null;             // the zone beneath the pointer
let tab = null;              // the tab beneath it
let opening = 0;

/**
 * Let images be dragged from *root*. *find* says which one, and the element that shows it, at a target.
 * @param {HTMLElement} root
 * @param {(target: any) => { tile: Tile, element: HTMLElement } | null} find
 * @param {() => void} [begun]  what it lies beneath may go out of the way
 */
export function sends(root, find, begun = () => {}) {
  root.addEventListener("pointerdown", (e) => {
    const found = find(e.target);
    if (found) found.element.draggable = e.pointerType === "mouse" && isImage(found.tile);
  });
  root.addEventListener("dragstart", (e) => {
    const found = find(e.target);
    if (!found) return;
    begin(e.dataTransfer, found.tile);
    setTimeout(begun, 0);   // a browser lets go of what is hidden while the drag begins
  });
}

function begin(data, tile) {
  dragged = tile;
  data.clearData();
  data.effectAllowed = "copy";
  data.setData(TYPE, JSON.stringify({ id: tile.id, n: tile.n }));
  const address = new URL(addressOf(tile, "?download"), document.baseURI).href;
  const name = (tile.name || `${tile.id}-${tile.n}.png`).replaceAll(":", "_");
  data.setData("DownloadURL", `${tile.media || "image/png"}:${name}:${address}`);
  document.body.dataset.dragging = "image";
}

/**
 * Let images be dropped on *root*. *zone* is the element that takes one at a target, and lights up.
 * @param {HTMLElement | Document} root
 * @param {(target: any) => HTMLElement | null} zone
 * @param {(tile: Tile, zone: HTMLElement) => void} take
 */
export function takes(root, zone, take) {
  root.addEventListener("dragover", (/** @type {any} */ e) => {
    const here = dragged && zone(e.target);
    if (!here) return;
    e.preventDefault();
    e.dataTransfer.dropEffect = "copy";
    lightUp(here);
  });
  root.addEventListener("drop", (e) => {
    const here = dragged && zone(e.target), tile = dragged;
    if (!here) return;
    e.preventDefault();
    end();
    take(tile, here);
  });
}

function lightUp(zone) {
  if (zone === over) return;
  over?.removeAttribute("data-takes");
  over = zone;
  zone?.setAttribute("data-takes", "");
}

const hasFiles = (e) => Boolean(e.dataTransfer?.types.includes("Files"));

function hover(e) {
  if (!dragged && !hasFiles(e)) return;
  if (e.type === "dragover" && !e.defaultPrevented) lightUp(null);
  const here = /** @type {HTMLElement | null} */ (within(e.target, TAB));
  if (here === tab) return;
  clearTimeout(opening);
  tab = here;
  if (here) opening = window.setTimeout(() => { if (tab === here) here.click(); }, HOVER);
}

function end() {
  if (!dragged && !tab) return;
  dragged = tab = null;
  clearTimeout(opening);
  lightUp(null);
  delete document.body.dataset.dragging;
}

for (const name of ["dragenter", "dragover"]) document.addEventListener(name, hover);
// A drag that ends where its beginning is gone is not told: but while one goes on, no pointer moves.
for (const name of ["dragend", "pointermove", "pointerdown"]) document.addEventListener(name, end);
