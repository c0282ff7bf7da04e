// Where the gallery's images lie: rows of one height that fill the width. Pure.

/** @typedef {{ width: number, height: number }} Sized */
/**
 * @typedef {{ top: number, tall: number, from: number, to: number, head: number }} Row tops count from the
 *   grid's; `head` are the pixels of the heading above it, 0 for none
 * @typedef {{ gap: number, tall: number, head?: number }} Measures pixels between images, a row's usual height,
 *   and that of a heading
 */

const MOST_TALL = 1.45;

/** Width over height, so that nothing is a thread. @param {Sized} tile */
export const ratioOf = (tile) => Math.min(2.4, Math.max(0.5, tile.width / tile.height || 1));

/**
 * The rows of *tiles* from number *from* on: tiles are added until they fill *width*.
 * @param {Sized[]} tiles
 * @param {number} from
 * @param {number} width
 * @param {number} top  where the first of them begins
 * @param {Measures} measures
 * @param {(number: number) => boolean} [begins]  whether a tile is the first of a group, which has a heading
 * @returns {{ rows: Row[], bottom: number }} bottom is where a next row would begin
 */
export function lay(tiles, from, width, top, { gap, tall: usual, head: high = 0 }, begins = () => false) {
  /** @type {Row[]} */
  const rows = [];
  let sum = 0, first = from, bottom = top;
  for (let i = from; i < tiles.length; i += 1) {
    sum += ratioOf(tiles[i]);
    const room = width - gap * (i - first);
    if (sum * usual < room && i < tiles.length - 1 && !begins(i + 1)) continue;
    const tall = sum * usual >= room ? Math.min(room / sum, usual * MOST_TALL) : usual;
    const head = begins(first) ? high : 0;
    rows.push({ top: bottom + head, tall, from: first, to: i + 1, head });
    bottom += head + tall + gap;
    sum = 0;
    first = i + 1;
  }
  return { rows, bottom };
}

/**
 * The number of the last row whose *key* is at most *value*; 0 where none is.
 * @param {Row[]} rows  in order
 * @param {"top" | "from"} key
 * @param {number} value
 */
export function lastUpTo(rows, key, value) {
  let low = 0, high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rows[middle][key] <= value) low = middle; else high = middle - 1;
  }
  return low;
}
