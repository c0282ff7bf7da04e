// The table of what differs between two images in how they were made.

import { h } from "../shell/dom.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

const FEW = 6;               // words; in longer texts those that only one has stand out

/**
 * The table, or a sentence where nothing differs.
 * @param {[string, string, string][]} rows  name, the left one's, the right one's
 * @param {boolean} isOnePress  whether both are images of one generation
 */
export function differences(rows, isOnePress) {
  if (!rows.length)
    return h("p", { class: "sg-note" }, isOnePress
      ? t("Both are from one batch with the same settings. Only their starting noise differs.")
      : t("Their settings are identical."));
  const side = (name, letter, words) =>
    h("th", { scope: "col" }, h("i", { class: `cmp-${name}` }, letter), ` ${words}`);
  return h(
    "table",
    {},
    h(
      "thead",
      {},
      h("tr", {}, h("th", { scope: "col" }, t("Setting")), side("a", "A", t("Left")), side("b", "B", t("Right"))),
    ),
    h("tbody", {}, ...rows.map(([name, a, b]) => h("tr", {}, h("th", { scope: "row" }, said(name)), ...unlike(a, b)))),
  );
}

function unlike(a, b) {
  const cut = (text) => text.split(/(\s+)/), [left, right] = [cut(a), cut(b)];
  if (left.length < FEW || right.length < FEW) return [h("td", {}, a), h("td", {}, b)];
  const side = (mine, other) => {
    const has = new Set(other);
    return h("td", {}, ...mine.map((w) => (w.trim() && !has.has(w) ? h("mark", {}, w) : w)));
  };
  return [side(left, right), side(right, left)];
}
