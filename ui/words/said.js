// Sentences that the app says in English, as its log does, in the page's language. They are found by the
// catalogue's keys with numbers in braces: Checkpoint “{0}” is not on this server. Text of people and
// names never come here, and what stands in a brace stays as it is, but for {0!}: words of the app, too.

import { filled, formOf, known, language } from "./words.js";

const HEAD = 3;           // characters of a key before its first brace that it is found by
const MOST_KEPT = 500;
const UNSPACED = ["ja", "zh-CN"];
const fullStop = () => (UNSPACED.includes(language) ? "。" : ".");

/** @typedef {{ pattern: RegExp, numbers: string[], entry: import("./words.js").Entry }} Said */

let read = new Map(), heads = /** @type {Map<string, Said[]>} */ (new Map());
const kept = /** @type {Map<string, string>} */ (new Map());

const escaped = (/** @type {string} */ text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
const headOf = (/** @type {string} */ text) => (text.length < HEAD ? "" : text.slice(0, HEAD));

function learn() {
  read = known();
  heads = new Map();
  kept.clear();
  const keys = [...read.keys()].filter((key) => /\{\d+\}/.test(key));
  keys.sort((a, b) => b.replace(/\{\d+\}/g, "").length - a.replace(/\{\d+\}/g, "").length);
  for (const key of keys) {
    const [first, ...rest] = key.split(/\{(\d+)\}/), numbers = rest.filter((_, n) => n % 2 === 0);
    const literal = [first, ...rest.filter((_, n) => n % 2)].map(escaped);
    const head = headOf(first), same = heads.get(head) || [];
    same.push({ pattern: new RegExp(`^${literal.join("(.+?)")}$`, "s"), numbers, entry: read.get(key) });
    heads.set(head, same);
  }
}

/** The translation of one *sentence*, or undefined. @param {string} sentence */
function translated(sentence) {
  const exact = read.get(sentence);
  if (exact !== undefined) return formOf(exact, "");
  for (const { pattern, numbers, entry } of [...(heads.get(headOf(sentence)) || []), ...(heads.get("") || [])]) {
    const found = pattern.exec(sentence);
    if (found) {
      const values = Object.fromEntries(numbers.map((number, n) => [number, found[n + 1]]));
      const text = formOf(entry, found.slice(1).find((value) => /^[\d,]+$/.test(value)) ?? "");
      return filled(text.replace(/\{(\d+)!\}/g, (_, number) => said(values[number])), values);
    }
  }
  // Some sentences are words of the app that stand by themselves, too.
  const bare = sentence.endsWith(".") ? translated(sentence.slice(0, -1)) : undefined;
  return bare && `${bare}${fullStop()}`;
}

// Several sentences together are looked for in as few pieces as there are texts for.
function pieces(/** @type {string[]} */ parts) {
  for (let end = parts.length; end > 0; end -= 1) {
    const text = translated(parts.slice(0, end).join(" "));
    if (text !== undefined) return [text, ...(end < parts.length ? pieces(parts.slice(end)) : [])];
  }
  return [parts[0], ...(parts.length > 1 ? pieces(parts.slice(1)) : [])];
}

/**
 * What the app says in the page's language; as it is, where the catalogue has none for it.
 * @param {string} sentence
 */
export function said(sentence) {
  if (!sentence || !known().size) return sentence;
  if (read !== known()) learn();
  let text = kept.get(sentence);
  if (text === undefined) {
    text = pieces(sentence.split(/(?<=[.!?]) /)).join(UNSPACED.includes(language) ? "" : " ");
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(sentence, text);
  }
  return text;
}
