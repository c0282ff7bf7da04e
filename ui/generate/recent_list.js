// Which images the strip shows. Pure.

import { t } from "../words/words.js";

/** @typedef {import("../shell/events.js").Tile} Tile */

const MOST = 60;             // images, more only where they are of one generation

/**
 * The files among *tiles*, newest first, of so many whole generations as are not too many: what comes
 * after them in the full view goes on with the next generation.
 * @param {Tile[]} tiles @returns {Tile[]}
 */
export function recentOf(tiles, most = MOST) {
  const files = tiles.filter(({ n }) => n >= 0), next = files[most];
  if (!next) return files;
  const from = files.findIndex(({ id }) => id === next.id);
  return from > 0 ? files.slice(0, from) : files.filter(({ id }) => id === next.id);
}

/** What a tile is called: of a batch, which image. @param {Tile} tile @param {Tile[]} all */
export function nameOf(tile, all) {
  const batch = all.filter(({ id }) => id === tile.id), said = tile.prompt || t("no prompt");
  return batch.length > 1 ? `${said} (${t("{n} of {count}", { n: batch.indexOf(tile) + 1, count: batch.length })})` : said;
}
