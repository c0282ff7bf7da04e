// What there is to suggest: a shelf for each kind of name. They are read when somebody first writes, a part
// at a time, and anew once servers offer something else.

import * as put from "./insertion.js";
import { options } from "./options.js";
import { Shelf } from "./shelf.js";
import { reading, tagOf } from "./tag_rows.js";

const TAGS = "api/tags";

/**
 * @typedef {object} Suggestion
 * @property {string} kind
 * @property {string} name  what is shown
 * @property {string} [leads]  the other name that led to it
 * @property {number} count  how often it is used; 0 where nobody knows
 * @property {boolean} begins  whether it begins with what was written
 * @property {(weight?: string) => string} words  what it puts into the prompt
 */
/** @typedef {{ name: string, keys?: string[], count?: number, words: (weight?: string) => string }} Named */
/**
 * @typedef {object} Source
 * @property {string} kind  "lora", "embedding", "wildcard", "style" or "tag"
 * @property {Shelf} shelf
 * @property {(number: number) => Named} of
 */

/** @type {Promise<Source[]> | null} */
let known = null;
/** What is known now, without waiting. @type {Source[]} */
let ready = [];

/** Let all of it be asked for anew, the next time that somebody writes. */
export function forget() { known = null; }

const pause = () => new Promise((done) => { setTimeout(done); });

async function read(steps) {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await pause();
  }
}

/**
 * @param {string} kind
 * @param {readonly string[]} names
 * @param {(number: number) => (weight?: string) => string} words  what each puts into the prompt
 * @param {readonly string[]} [called]  what each is called
 * @returns {Promise<Source>}
 */
async function named(kind, names, words, called = names) {
  const keys = (number) => (called[number] === names[number] ? [names[number]] : [called[number], names[number]]);
  const of = (number) => ({ name: called[number], words: words(number) });
  return { kind, of, shelf: await read(Shelf.reading(names.length, keys)) };
}

/** @param {Record<string, any>} told */
async function ofNames({ loras = [], embeddings = [], wildcards = [], styles = [] }) {
  const called = put.shortest(loras), lasts = embeddings.map(put.base);
  return [
    await named("lora", loras, (n) => (weight) => put.lora(called[n], weight), called),
    await named("embedding", embeddings, (n) => () => put.embedding(embeddings[n]), lasts),
    await named("wildcard", wildcards, (n) => () => put.wildcard(wildcards[n])),
    await named("style", styles.map(({ name }) => name), (n) => () => styles[n].words),
  ];
}

/** @returns {Promise<Source[]>} */
async function ofTags() {
  const answer = await fetch(new URL(TAGS, document.baseURI));
  if (!answer.ok) return [];
  const { shelf, rows } = await read(reading(await answer.text()));
  const of = (number) => {
    const { name, aliases, count } = tagOf(rows[number]);
    return { name, keys: [name, ...aliases], count, words: () => put.tag(name, options.spaces) };
  };
  return [{ kind: "tag", shelf, of }];
}

/**
 * Everything, once it is there.
 * @param {() => Promise<Record<string, any>>} names  asks the app for what servers and people have
 */
export function load(names) {
  if (known) return known;
  const mine = known = (async () => {
    const told = await names();
    if (told.error && mine === known) forget();
    if (told.error) return ready;
    const found = await ofNames(told);
    if (mine === known) ready = found;
    const tags = told.tags ? await ofTags().catch(() => /** @type {Source[]} */ ([])) : [];
    if (mine === known) ready = [...found, ...tags];   // else another list was asked for meanwhile
    return ready;
  })();
  return mine;
}

/**
 * The best *most* of all kinds, or of one: what begins with the words first, the most used of these first.
 * @param {import("./at_caret.js").Wanted} wanted
 * @param {string} text
 * @param {number} most
 * @returns {{ start: number, found: Suggestion[] }}
 */
export function suggestions({ kind, query, starts, end }, text, most) {
  if (kind !== "word") return { start: starts[0], found: best(ready.filter((one) => one.kind === kind), query, most) };
  for (const start of starts) {
    const words = text.slice(start, end), found = best(ready, words, most, /\s/.test(words));
    if (found.length) return { start, found };
  }
  return { start: starts.at(-1), found: [] };
}

/** @param {Source[]} sources @returns {Suggestion[]} */
function best(sources, query, most, onlyBegins = false) {
  const all = sources.flatMap(({ kind, shelf, of }) => {
    const found = shelf.find(query, most, { onlyBegins });
    return found.map(({ number, key, begins }) => {
      const { name, keys, count = 0, words } = of(number);
      return { kind, name, leads: keys && key ? keys[key] : "", count, begins, words };
    });
  });
  return all.sort((a, b) => Number(b.begins) - Number(a.begins) || b.count - a.count).slice(0, most);
}
