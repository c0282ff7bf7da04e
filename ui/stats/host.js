// What the stats scripts share: what Gradio gives them, their elements, what changes.

export const host = /** @type {import("../shell/host.js").Host} */ ({});

/** Elements of the template by their data-ref. @type {Record<string, any>} */
export const $ = {};

/** The panels by their data-panel. @type {Record<string, any>} */
export const boxes = {};

export const now = {
  days: 30,
  unit: "", // "" is what suits the period
  series: null, // the course that is shown
  one: "", // the generation whose waterfall is shown
};
