// Which cards stand where: rows of as many as fit, folders as headings. Pure.

import { folded } from "../completion/shelf.js";
import { base } from "../completion/insertion.js";

/**
 * @typedef {object} Face
 * @property {string} kind
 * @property {string} name
 * @property {string} family
 * @property {number} uses
 * @property {number | null} seconds
 * @property {[string, number] | null} image
 * @property {boolean} favourite
 * @property {string} note
 */
/** @typedef {{ top: number, folder: string } | { top: number, faces: Face[] }} Row */

export const CARD = 178, HEADING = 40;   // pixels of a row, as in faces.css

export const folderOf = (/** @type {string} */ name) => name.split(/[/\\]/).slice(0, -1).join("/");
export { base };

/** What a face is found and put in order by, read once. @type {WeakMap<Face, Record<string, string>>} */
const known = new WeakMap();

function read(/** @type {Face} */ face) {
  const before = known.get(face);
  if (before?.note === face.note) return before;
  const text = folded(`${face.name} ${face.family} ${face.note}`), key = `${folderOf(face.name)}\n${base(face.name)}`;
  const made = { note: face.note, text, key };
  known.set(face, made);
  return made;
}

/**
 * The faces of a *kind* in which each word of *query* is, favourites first.
 * @param {readonly Face[]} faces
 * @param {{ kind: string, query: string, order: string }} wanted
 */
export function found(faces, { kind, query, order }) {
  const words = folded(query).split(" ").filter(Boolean);
  const some = faces.filter((face) => face.kind === kind && words.every((word) => read(face).text.includes(word)));
  const first = (/** @type {Face} */ a, /** @type {Face} */ b) => Number(b.favourite) - Number(a.favourite);
  if (order === "uses") return some.sort((a, b) => first(a, b) || b.uses - a.uses);
  const keyed = some.map((face) => ({ face, key: read(face).key }));
  keyed.sort((a, b) => first(a.face, b.face) || compared(a.key, b.key));
  return keyed.map(({ face }) => face);
}

const compared = (/** @type {string} */ a, /** @type {string} */ b) => (a < b ? -1 : Number(a > b));

/**
 * Rows of *across* cards, and how tall all are; each folder's cards stand under its name where *grouped*.
 * @param {readonly Face[]} faces
 * @param {number} across
 * @returns {{ rows: Row[], tall: number }}
 */
export function laid(faces, across, grouped = true) {
  const rows = /** @type {Row[]} */ ([]);
  let top = 0, last = "";
  let row = /** @type {Face[]} */ ([]);
  for (const face of faces) {
    const folder = !grouped || face.favourite ? "" : folderOf(face.name);
    if (folder !== last) {
      rows.push({ top, folder });
      top += HEADING;
      row = [];
      last = folder;
    }
    if (!row.length || row.length === across) {
      row = [];
      rows.push({ top, faces: row });
      top += CARD;
    }
    row.push(face);
  }
  return { rows, tall: top };
}
