// What is being written at the caret of a prompt, and so what may be suggested there. Pure.

/** @typedef {"lora" | "embedding" | "wildcard" | "word"} Kind */
/**
 * @typedef {object} Wanted
 * @property {Kind} kind  what is named: anything, where it is a plain word
 * @property {number} start  where what a choice replaces begins
 * @property {number} end  and where it ends
 * @property {string} query
 * @property {number[]} starts  of a plain word: where it and the words before it begin, most words first
 * @property {string} [weight]  what a LoRA there has already
 */

const BACK = 200;        // characters before the caret that are looked at
const WORDS = 4;         // that a name which is written as plain words may have
const LORA = /<lora:([^<>:\n]*)$/i;
const LORA_REST = /^[^<>:\n]*(?::([-\d.]*)[^<>\n]*)?>/;
const EMBEDDING = /(^|[^\w])embedding:([^\s,()<>:]*)$/i;
const WILDCARD = /__[A-Za-z0-9][\w\-/. ]{0,99}?__/g;
const OPEN_WILDCARD = /__([\w\-/. ]*)$/;
const PLAIN = /[^,\n()[\]{}<>|:;"]*$/;
const LETTER = /[\p{L}\p{N}_]/u;
const NAME = /^\p{N}*\p{L}/u;
const AFTER = /^[^\s,()<>:[\]{}|]*/;

/**
 * What may be suggested in *text* with the caret at *caret*; null for nothing.
 * @param {string} text
 * @param {number} caret
 * @returns {Wanted | null}
 */
export function wanted(text, caret) {
  const from = Math.max(0, caret - BACK), before = text.slice(from, caret), after = text.slice(caret, caret + BACK);
  const lora = LORA.exec(before);
  if (lora) return ofLora(lora, from, caret, after);
  if (before.lastIndexOf("<") > before.lastIndexOf(">")) return null;
  const embedding = EMBEDDING.exec(before);
  if (embedding) {
    const start = from + embedding.index + embedding[1].length, end = caret + AFTER.exec(after)[0].length;
    return named("embedding", start, end, embedding[2]);
  }
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const wildcard = OPEN_WILDCARD.exec(line.replace(WILDCARD, (whole) => "·".repeat(whole.length)));
  if (wildcard) return named("wildcard", caret - wildcard[0].length, caret, wildcard[1]);
  return ofWords(before, after, caret);
}

const named = (/** @type {Kind} */ kind, start, end, query) => ({ kind, start, end, query, starts: [start] });

function ofLora(found, from, caret, after) {
  const rest = LORA_REST.exec(after), end = caret + (rest ? rest[0].length : 0);
  return { ...named("lora", from + found.index, end, found[1]), weight: rest?.[1] || "" };
}

function ofWords(before, after, caret) {
  if (LETTER.test(after[0] || "")) return null;
  const plain = PLAIN.exec(before)[0], last = plain.split(/\s/).at(-1);
  if (!NAME.test(last)) return null;
  const starts = [...plain.matchAll(/\S+/g)].slice(-WORDS).map(({ index }) => caret - plain.length + index);
  // One letter alone may become anything, unless it is a word in itself.
  if (last.length < 2 && last <= "\u2e7f") starts.pop();
  return starts.length ? { ...named("word", starts.at(-1), caret, last), starts } : null;
}
