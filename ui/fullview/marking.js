// What is kept of an image, changed wherever it is shown: its marks, and whether it lies in the bin.

import { ask } from "../shell/dom.js";
import { emit } from "../shell/events.js";
import { keyOf, keysIn, pairOf } from "../shell/image_key.js";
import { once } from "../shell/once.js";
import { toast } from "../shell/toast.js";
import { t } from "../words/words.js";
import { host } from "./host.js";

/** @typedef {import("../shell/events.js").Tile} Tile */

/** @type {Promise<any>} */
let underWay = Promise.resolve();
/** Once the app has what was marked until now. */
export const marksKept = () => underWay;

/**
 * Give *tile* other marks: shown at once, and taken back where the app refuses.
 * @param {Tile} tile
 * @param {Record<string, any>} fields  what they are from now on
 * @param {Record<string, any>} before  what they were
 * @param {(images: [string, number][]) => Promise<any>} call
 */
export async function mark(tile, fields, before, call) {
  const keys = [keyOf(tile)];
  emit("marked", { keys, fields });
  const asked = ask(() => call([pairOf(tile)]));
  underWay = Promise.all([underWay, asked]);
  const answer = await asked;
  if (!answer.error) return;
  emit("marked", { keys, fields: before });
  toast(answer.error);
}

/** @param {Tile} tile  as it is @param {boolean} [on] */
export const favour = (tile, on = !tile.favourite) =>
  mark(tile, { favourite: on }, { favourite: !on }, (images) => host.server.gal_favour({ images, on }));

/** @param {Tile} tile  as it is @param {number} rating  0 for none */
export const rate = (tile, rating) =>
  mark(tile, { rating }, { rating: tile.rating || 0 }, (images) => host.server.gal_rate({ images, rating }));

/** Into the bin with *tile*, and out again with Undo. */
export const remove = once(async (/** @type {Tile} */ tile) => {
  const answer = await ask(() => host.server.gal_delete({ images: [pairOf(tile)] }));
  if (answer.error) return toast(answer.error);
  const keys = keysIn(answer);
  if (!keys.length) return toast(t("This job is not finished. Cancel it first."));
  emit("removed", { keys });
  return toast(t("Deleted."), t("Undo"), () => restore(tile));
});

/** Out of the bin with *tile*. */
export const restore = once(async (/** @type {Tile} */ tile) => {
  const answer = await ask(() => host.server.gal_restore({ images: [pairOf(tile)] }));
  if (answer.error) return toast(answer.error);
  remove.free();
  emit("restored", { keys: keysIn(answer) });
  return toast(t("Restored."));
});
