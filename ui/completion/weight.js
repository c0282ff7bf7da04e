// The weight of what is selected in a prompt, or of the word at the caret: `(word:1.1)`. Pure.

/** @typedef {{ start: number, end: number, words: string, from: number, to: number }} Change
 * `words` takes the place of what is from `start` to `end`; then `from` to `to` is selected */

const LEAST = -10, MOST = 10;
const IN_PARENTHESES = 1.1;   // what ComfyUI takes them for without a number
const LORA = /<lora:[^<>:\n]+(?::(-?[\d.]+))?>/gi;
const WEIGHT = /^([\s\S]*):\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*$/;
const WORD = /[^\s.,\\/!?%^*;:{}=`~()[\]|<>"]/;

const rounded = (/** @type {number} */ value) => Math.min(MOST, Math.max(LEAST, Math.round(value * 1e4) / 1e4));

// Where the parentheses around the caret are, the innermost ones; those with a backslash are characters.
function around(text, start, end) {
  const is = (n, mark) => text[n] === mark && text[n - 1] !== "\\";
  let depth = 0, open = start - 1, close = end;
  for (; open >= 0; open -= 1) {
    if (is(open, ")")) depth += 1;
    else if (is(open, "(")) { if (!depth) break; depth -= 1; }
  }
  for (depth = 0; close < text.length; close += 1) {
    if (is(close, "(")) depth += 1;
    else if (is(close, ")")) { if (!depth) break; depth -= 1; }
  }
  return open >= 0 && close < text.length ? { open, close } : null;
}

function word(text, caret) {
  let start = caret, end = caret;
  while (start > 0 && WORD.test(text[start - 1])) start -= 1;
  while (end < text.length && WORD.test(text[end])) end += 1;
  return { start, end };
}

function trimmed(text, start, end) {
  while (start < end && /\s/.test(text[start])) start += 1;
  while (end > start && /\s/.test(text[end - 1])) end -= 1;
  return { start, end };
}

function ofLora(text, start, end, by) {
  for (const found of text.matchAll(LORA)) {
    const from = found.index, to = from + found[0].length;
    if (start < from || end > to || (start === end && (start === from || start === to))) continue;
    const name = found[0].slice(0, -1).split(":")[1];
    const words = `${found[0].slice(0, 6)}${name}:${rounded(Number(found[1] ?? 1) + by)}>`;
    return { start: from, end: to, words, from: from + 1, to: from + words.length - 1 };
  }
  return null;
}

/**
 * What changes in *text* as the weight of what is from *start* to *end* grows *by* so much; null for nothing.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {number} by
 * @returns {Change | null}
 */
export function weighted(text, start, end, by) {
  const chosen = trimmed(text, start, end);
  return ofLora(text, start, end, by) || ofParentheses(text, chosen, by) || ofWords(text, chosen, by);
}

// All that parentheses hold is selected, or the caret alone stands in some; without a number they mean 1.1.
function ofParentheses(text, { start, end }, by) {
  const box = around(text, start, end);
  if (!box) return null;
  const inner = text.slice(box.open + 1, box.close), known = WEIGHT.exec(inner), words = known ? known[1] : inner;
  if (start !== end && words.trim() !== text.slice(start, end)) return null;
  return changed(box.open, box.close + 1, words, rounded((known ? Number(known[2]) : IN_PARENTHESES) + by));
}

function ofWords(text, chosen, by) {
  const { start, end } = chosen.start === chosen.end ? word(text, chosen.start) : chosen;
  if (start === end) return null;
  const words = text.slice(start, end), box = /^\(([\s\S]*)\)$/.exec(words), known = box && WEIGHT.exec(box[1]);
  return changed(start, end, known ? known[1] : words, rounded((known ? Number(known[2]) : 1) + by));
}

/** @returns {Change} */
function changed(start, end, words, weight) {
  const plain = weight === 1, text = plain ? words : `(${words}:${weight})`, from = start + (plain ? 0 : 1);
  return { start, end, words: text, from, to: from + words.length };
}
