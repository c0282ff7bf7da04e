// A person's list of tags, as the app gives it: a line each, the most used first, in four columns parted by
// tabs: name, category, count, and the names that lead to it, parted by commas. Pure.

import { Shelf } from "./shelf.js";

/** @typedef {{ name: string, category: number, count: number, aliases: string[] }} Tag */

/** @param {string} row @returns {Tag} */
export function tagOf(row) {
  const [name = "", category = "", count = "", aliases = ""] = row.split("\t");
  const names = aliases.split(",").filter(Boolean);
  return { name, category: Number(category) || 0, count: Number(count) || 0, aliases: names };
}

/**
 * Read them; stops now and then.
 * @param {string} text
 * @returns {Generator<void, { shelf: Shelf, rows: string[] }>}
 */
export function* reading(text) {
  const rows = text.split("\n").filter(Boolean);
  const shelf = yield* Shelf.reading(rows.length, (number) => {
    const { name, aliases } = tagOf(rows[number]);
    return [name, ...aliases];
  });
  return { shelf, rows };
}
