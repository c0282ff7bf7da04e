// What styles make of a prompt, and which of them have some words. Pure.

import { t } from "../words/words.js";

/** @typedef {{ name: string, prompt: string, negative: string, hidden?: boolean }} Style */
/** @typedef {{ own: Style[], shipped: Style[] }} Table */

const PLACE = "{prompt}";
const MOST = 2000;   // characters that are shown

/** As the app does it: comfy/workflow/prompts/styles.py. @param {string} text @param {string} style */
export const around = (text, style) => (style.includes(PLACE)
  ? style.replaceAll(PLACE, () => text)
  : [text.trim(), style.trim()].filter(Boolean).join(", "));

/** What *styles* make of a prompt, which is three dots here. @param {Style[]} styles */
export function added(styles) {
  // Cut: a style that has its place several times multiplies what is put there.
  const put = (/** @type {string} */ text, /** @type {string} */ words) => around(text, words).slice(0, MOST);
  const prompt = styles.reduce((text, style) => put(text, style.prompt), "…");
  const negative = styles.reduce((text, style) => put(text, style.negative), "");
  const parts = [];
  if (prompt !== "…") parts.push(t("Prompt: {text}", { text: prompt }));
  if (negative) parts.push(t("To avoid: {text}", { text: negative }));
  return parts.join("\n");
}

/** Those of *styles* with all words of *query* somewhere. @param {Style[]} styles @param {string} query */
export function having(styles, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return styles.filter(({ name, prompt, negative }) => {
    const all = `${name}\n${prompt}\n${negative}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** The one called *name*, however it is capitalised. @param {Style[]} styles @param {string} name */
export const called = (styles, name) => styles.find((one) => one.name === name)
  || styles.find((one) => one.name.toLowerCase() === name.toLowerCase());
