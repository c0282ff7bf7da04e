// The page's words. A script names each by its English text: t("Favourites only"). Text of people and
// names of things never come here. English is what stands in the code; another language's words are
// there before anything is drawn: see begin.js. Pure.

/** @typedef {string | Record<string, string>} Entry  a text, or its plural forms */

const browser = () => (typeof navigator === "undefined" ? ["en"] : navigator.languages || [navigator.language]);
const base = (/** @type {string} */ tag) => tag.split("-")[0];

export let language = "en";
/** How dates and numbers are written: as the browser has it, where that is of the same language. */
export let locale = localeOf("en");
/** @type {Map<string, Entry>} */
let entries = new Map();
let plurals = new Intl.PluralRules("en");

function localeOf(/** @type {string} */ tag) {
  return browser().find((one) => base(one) === base(tag)) || tag;
}

/** Speak *tag* from now on. @param {string} tag @param {Record<string, Entry>} texts */
export function speak(tag, texts) {
  language = tag;
  locale = localeOf(tag);
  entries = new Map(Object.entries(texts));
  plurals = new Intl.PluralRules(tag);
}

/** What there is in the catalogue. */
export const known = () => entries;

const digits = (/** @type {unknown} */ value) => Number(String(value).replace(/\D/g, ""));

/** @param {Entry} entry @param {unknown} count what decides where there are plural forms */
export const formOf = (entry, count) =>
  typeof entry === "string" ? entry : entry[plurals.select(digits(count))] || entry.other;

/** @param {string} text @param {Record<string, unknown>} values */
export const filled = (text, values) =>
  text.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? String(values[name]) : hole));

/**
 * The English *text* in the page's language, with *values* in its holes; of a plural, `count` decides.
 * @param {string} text
 * @param {Record<string, unknown>} [values]
 */
export function t(text, values = {}) {
  const entry = entries.get(text);
  return filled(entry === undefined ? text : formOf(entry, values.count), values);
}
