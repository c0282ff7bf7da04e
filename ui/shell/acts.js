// What can be made of an image, offered alike wherever one is shown. The full view's script does it.

import { emit } from "./events.js";
import { kindOf } from "./media.js";
import { openMenu } from "./menu.js";

/** @typedef {import("./events.js").Tile} Tile */

/** By name: what it is called, and what it does. */
export const ACTS = {
  use: ["Use settings", "Fill the form with exactly these settings, seed included"],
  subtle: ["Variation: subtle", "Start from this image and change it a little"],
  strong: ["Variation: strong", "Start from this image and change much of it"],
  variation: ["Variation: new seed", "Fill the form with these settings and a new seed"],
  upscale: ["Upscale", "Enlarge this image with an upscale model"],
  inpaint: ["Inpaint", "Paint over a part of this image and redo it"],
  outpaint: ["Outpaint", "Extend this image beyond its edges"],
  input: ["Use as input", "Start from this image in the Generate form"],
  workflow: ["Send to workflow", "Give this image to the open workflow"],
  grid: ["Open as grid", "Show all images of its X/Y grid, with the values at the sides"],
  again: ["Run again", "Add it to the queue again, with a new seed"],
  link: ["Copy link", "Copy a private link: whoever has it sees this generation, and can change nothing"],
};
/** Groups of them, in the order to show them. */
const ORDER = [["subtle", "strong", "variation"], ["upscale", "inpaint", "outpaint"],
  ["use", "input", "workflow"], ["grid", "again", "link"]];

const OF_ANY_FILE = ["grid", "use", "variation", "again", "link"];
export const isImage = (tile) => tile.n >= 0 && kindOf(tile.media) === "image";

/** Do *name* with *tile*. @param {string} name @param {Tile} tile */
export const act = (name, tile) => emit("act", { name, tile });

/**
 * Offer what can be made of *tile* in a menu at *anchor*: an element, or a press of the pointer.
 * @param {Tile} tile
 * @param {Element | MouseEvent} anchor
 * @param {string[]} [but]  names of acts that are offered elsewhere
 */
export function openActs(tile, anchor, but = []) {
  const may = (name) =>
    (isImage(tile) || OF_ANY_FILE.includes(name)) && (name !== "grid" || tile.grid) && !but.includes(name);
  const groups = ORDER.map((names) => names.filter(may)).filter((names) => names.length);
  const items = groups.flatMap((names, n) => [
    ...(n ? [null] : []),
    ...names.map((name) => ({ label: ACTS[name][0], title: ACTS[name][1], act: () => act(name, tile) })),
  ]);
  const at = anchor instanceof Element
    ? anchor.getBoundingClientRect()
    : { left: anchor.clientX, top: anchor.clientY, bottom: anchor.clientY };
  openMenu(items, at, "What to make of this image");
}
