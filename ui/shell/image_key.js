// Which image is meant: its generation and its number there, never the generation alone. Pure.

import { plural } from "./count.js";
import { t } from "../words/words.js";

/** @typedef {{ id: string, n: number }} ImageKey */
/** @typedef {{ ids?: string[], images?: [string, number][] }} Named what the app says it touched */

export const NO_FILE = -1; // the number of a generation's tile where it made no file

/** One text for one image. @param {ImageKey} image */
export const keyOf = ({ id, n }) => `${id}/${n}`;

/**
 * Where it is fetched from, relative to the page; *query* is "?thumbnail" or "?download".
 * @param {ImageKey} image @param {string} [query]
 */
export const addressOf = ({ id, n }, query = "") => `api/images/${encodeURIComponent(id)}/${n}${query}`;

/** As the app takes it. @param {ImageKey} image @returns {[string, number]} */
export const pairOf = ({ id, n }) => [id, n];

/** The keys of what the app names in an answer. @param {Named} answer @returns {string[]} */
export const keysIn = ({ ids = [], images = [] }) => [
  ...images.map(([id, n]) => keyOf({ id, n })),
  ...ids.map((id) => keyOf({ id, n: NO_FILE })),
];

/** How many generations *images* are of. @param {ImageKey[]} images */
export const generationsOf = (images) => new Set(images.map(({ id }) => id)).size;

/** "16 images", and of how many batches where that says more. @param {ImageKey[]} images */
export function amountOf(images) {
  const count = images.length, batches = generationsOf(images);
  const amount = plural(count, "image");
  return batches === 1 && count > 1 ? t("{images} of 1 batch", { images: amount }) : amount;
}
