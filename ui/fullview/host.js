// What the fullview scripts share: what Gradio gives them, their elements, what changes.

/** @type {import("../shell/host.js").Host} */
export const host = {};

/** Elements of the template by their data-ref. @type {Record<string, any>} */
export const $ = {};

export const now = {
  at: 0,
  lines: {}, // by generation id
};
