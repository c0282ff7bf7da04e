// News among the images that are there. Pure.

import { keyOf } from "../shell/image_key.js";

/** @typedef {import("../shell/image_key.js").ImageKey} ImageKey */

/**
 * *known* with what is new in *page*, each after the one that it follows there: so a batch stays
 * together, in its order, whichever of its images were known.
 * @template {ImageKey} T
 * @param {T[]} known  in order
 * @param {T[]} page  the first of all there is by now, in the same order
 */
export function merged(known, page) {
  const keys = new Set(known.map(keyOf));
  /** @type {Map<string, T[]>} what is new, by the known one that it follows; "" for none */
  const after = new Map();
  let last = "";
  for (const tile of page) {
    if (keys.has(keyOf(tile))) last = keyOf(tile);
    else after.set(last, [...(after.get(last) || []), tile]);
  }
  return [...(after.get("") || []), ...known.flatMap((tile) => [tile, ...(after.get(keyOf(tile)) || [])])];
}
