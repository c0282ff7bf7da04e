// What a preset sets, in a few words. Pure.

import { said } from "../words/said.js";
import { t } from "../words/words.js";

/** @typedef {{ name: string, values: Record<string, any> }} Preset */

const LONGEST = 28;   // characters of a name in the row
const base = (/** @type {string} */ name) => name.split(/[\\/]/).at(-1);

export const shortName = (/** @type {string} */ name) => {
  const letters = [...name];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join("")}…` : name;
};

/** @param {Record<string, any>} values by field */
export function described(values) {
  const { checkpoint, width, height, steps, quality, shape, styles = [], prompt, images_per_prompt: batch } = values;
  return [
    checkpoint && base(String(checkpoint)),
    shape && said(String(shape)),
    quality && said(String(quality)),
    width && height && `${width} × ${height}`,
    steps && t("{count} steps", { count: steps }),
    batch > 1 && t("{count} images", { count: batch }),
    ...styles.map(String),
    prompt && `“${prompt}”`,
  ].filter(Boolean).join(" · ");
}
