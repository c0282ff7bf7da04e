// The list of LoRAs as rows: what becomes of it as one adds, moves, removes. Pure.

/** @typedef {{ name: string, weight: number, clipWeight?: number | null, on: boolean }} Row */

/** The rows of whatever the app says. @param {unknown} value @returns {Row[]} */
export function rowsOf(value) {
  const listed = Array.isArray(value) ? value.filter((one) => one && typeof one.name === "string" && one.name) : [];
  return listed.map(({ name, weight, clipWeight, on }) => ({
    name,
    weight: Number.isFinite(weight) ? weight : 1,
    ...(Number.isFinite(clipWeight) ? { clipWeight } : {}),
    on: on !== false,
  }));
}

/** *rows* with one more. @param {Row[]} rows @param {string} name @returns {Row[]} */
export const added = (rows, name) => [...rows, { name, weight: 1, on: true }];

/** @param {Row[]} rows @param {number} at @returns {Row[]} */
export const without = (rows, at) => rows.filter((_, n) => n !== at);

/** *row* back in its place. @param {Row[]} rows @param {number} at @param {Row} row @returns {Row[]} */
export const restored = (rows, at, row) => [...rows.slice(0, at), row, ...rows.slice(at)];

/**
 * The row at *at* with *change*.
 * @param {Row[]} rows
 * @param {number} at
 * @param {Partial<Row>} change
 * @returns {Row[]}
 */
export const changed = (rows, at, change) => rows.map((row, n) => (n === at ? { ...row, ...change } : row));

/**
 * The row at *at* moved *by* places, as far as there are any.
 * @param {Row[]} rows
 * @param {number} at
 * @param {number} by
 */
export function moved(rows, at, by) {
  const to = Math.max(0, Math.min(rows.length - 1, at + by));
  return { rows: restored(without(rows, at), to, rows[at]), to };
}

/** The names that a list can take yet. @param {readonly string[]} names @param {Row[]} rows */
export function open(names, rows) {
  const taken = new Set(rows.map(({ name }) => name));
  return names.filter((name) => !taken.has(name));
}
