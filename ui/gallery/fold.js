// Batches folded into one tile each, and unfolded again; which images a tile of the grid stands for.

import { keyOf } from "../shell/image_key.js";
import { now } from "./host.js";

const KEPT = "stepglass-fold";

/** Every image found of the batch that *tile* is of, in order. */
export const batchOf = (tile) => now.batches.get(tile.id) || [tile];

/** Whether *tile*'s batch is shown as one tile. */
export const isFolded = (tile) => now.fold && batchOf(tile).length > 1 && !now.open.has(tile.id);

/** The images that a tile of the grid stands for. */
export const meant = (tile) => (isFolded(tile) ? batchOf(tile) : [tile]);

/** The tile of the grid that shows *tile*, or stands for it; -1 for none. */
export const placeOf = (tile) => now.tiles.indexOf(isFolded(tile) ? batchOf(tile)[0] : tile);

/**
 * The tiles of the grid from that of the image with *key* to *tile*, whichever comes first; *tile* alone
 * where that image is gone. What comes on top meanwhile moves no end of it.
 */
export function range(key, tile) {
  const from = now.all.find((one) => keyOf(one) === key), at = placeOf(tile), began = from ? placeOf(from) : at;
  return now.tiles.slice(Math.min(began, at), Math.max(began, at) + 1);
}

/** Take in *tiles*, whole batches, which now.all ends with. */
export function take(tiles) {
  for (const tile of tiles) {
    const batch = now.batches.get(tile.id);
    if (batch) batch.push(tile); else now.batches.set(tile.id, [tile]);
  }
  if (now.fold) now.tiles.push(...tiles.filter((tile) => meant(tile)[0] === tile));
}

/** Make now.tiles of now.all anew. */
export function refold() {
  now.batches = new Map();
  now.tiles = now.fold ? [] : now.all;
  take(now.all);
}

/** Fold batches from now on, or do not; kept in this browser. @param {boolean} on */
export function setFolding(on) {
  now.fold = on;
  now.open.clear();
  try { localStorage.setItem(KEPT, on ? "yes" : ""); } catch { /* private window */ }
}

export function rememberedFolding() {
  try { return Boolean(localStorage.getItem(KEPT)); } catch { return false; }
}
