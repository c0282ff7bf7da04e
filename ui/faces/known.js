// What is known of models, LoRAs and embeddings, for the cards and for the lists of names.

import { ask } from "../shell/dom.js";
import { on } from "../shell/events.js";

/** @typedef {import("./card_rows.js").Face} Face */

const at = (/** @type {string} */ path, more = {}) => new URL(`${path}?${new URLSearchParams(more)}`, document.baseURI);

/** @type {Promise<Face[]> | null} */
let known = null;
/** By kind and name. @type {Map<string, Face>} */
let table = new Map();

/** All of them. @returns {Promise<Face[]>} */
export function faces() {
  known ||= (async () => {
    const told = await ask(async () => (await fetch(at("api/faces"))).json());
    if (told.error) known = null;
    const all = told.faces || [];
    table = new Map(all.map((/** @type {Face} */ face) => [`${face.kind}/${face.name}`, face]));
    return all;
  })();
  return known;
}

/** The one that is known already. @param {string} kind @param {string} name */
export const faceOf = (kind, name) => table.get(`${kind}/${name}`);

/** Where its picture is: beside the file, or, where *own*, the last image that one made. @param {Face} face */
export function pictureOf({ kind, name, image }, own = false) {
  if (own) return image ? at(`api/images/${image[0]}/${image[1]}`, { thumbnail: "" }).href : "";
  return at("api/faces/picture", { kind, name }).href;
}

/** What its file says. @param {Face} face @returns {Promise<any>} */
export const cardOf = ({ kind, name }) => ask(async () => (await fetch(at("api/faces/card", { kind, name }))).json());

/** Keep what is said of it. @param {Face} face @param {{ favourite?: boolean, note?: string }} change */
export async function say(face, change) {
  const { kind, name } = face, said = { favourite: face.favourite, note: face.note, ...change };
  const body = JSON.stringify({ kind, name, ...said });
  const answer = await ask(async () => (await fetch(at("api/faces"), { method: "POST", body })).json());
  if (!answer.error) Object.assign(face, said);
  return answer;
}

for (const event of /** @type {const} */ (["offers", "made", "removed"])) on(event, () => { known = null; });
