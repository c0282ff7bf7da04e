// What a choice puts into a prompt. Pure.

const ENDING = /\.(safetensors|sft|ckpt|pt|pth|bin|gguf)$/i;
const PARENTHESES = /[()]/g;

/** A file's name without its ending. @param {string} name */
export const bare = (name) => name.replace(ENDING, "");

/** The last part of a name, without folders. @param {string} name */
export const base = (name) => bare(name).split(/[/\\]/).at(-1);

/**
 * What each of *names* is called in a prompt: without folders, unless several would be called so.
 * @param {readonly string[]} names @returns {string[]}
 */
export function shortest(names) {
  const times = new Map();
  for (const name of names) times.set(base(name), (times.get(base(name)) || 0) + 1);
  return names.map((name) => (times.get(base(name)) === 1 ? base(name) : bare(name)));
}

/** @param {string} called @param {string} [weight] */
export const lora = (called, weight = "") => `<lora:${called}:${weight || "1"}>`;

/** @param {string} name */
export const embedding = (name) => `embedding:${bare(name)}`;

/** @param {string} name */
export const wildcard = (name) => `__${name}__`;

/** A tag: its parentheses are its own, not a weight's. @param {string} name @param {boolean} spaces */
export function tag(name, spaces) {
  const words = spaces ? name.replace(/_/g, " ") : name;
  return words.replace(PARENTHESES, "\\$&");
}
