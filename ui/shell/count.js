// Counts and sizes as people write them. Pure.

import { formOf, known, filled, language, locale } from "../words/words.js";

/** 1,204. @param {number} n */
export const grouped = (n) => Number(n).toLocaleString(language === "en" ? "en-US" : locale);

/** With *digits* after the point: 1.2. @param {number} n @param {number} digits */
export const decimal = (n, digits = 1) =>
  language === "en"
    ? n.toFixed(digits)
    : n.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** "1,204 generations": in the catalogue "{count} generations". */
export function plural(/** @type {number} */ n, /** @type {string} */ one, many = `${one}s`) {
  const entry = known().get(`{count} ${many}`), text = `{count} ${Number(n) === 1 ? one : many}`;
  return filled(entry === undefined ? text : formOf(entry, n), { count: grouped(n) });
}

/** "1.2 MB". @param {number} n bytes */
export function bytes(n) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let at = 0;
  while (n >= 1000 && at < units.length - 1) { n /= 1000; at += 1; }
  return at ? `${n >= 100 ? Math.round(n) : decimal(n)} ${units[at]}` : plural(n, "byte");
}
