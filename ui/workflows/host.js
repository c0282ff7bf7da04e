// What the workflows scripts share: what Gradio gives them, their elements, what changes.

export const host = /** @type {import("../shell/host.js").Host} */ ({});

/** Elements of the template by their data-ref. @type {Record<string, any>} */
export const $ = {};

export const now = {
  view: null, // the open workflow, as ui/workflows/view.py made it
  edits: {}, // what was typed, by field key
  modes: {}, // how seeds go on, by field key
  many: {},
  widgets: new Map(), // by field key: {box, set, field}
  arranging: false,
  missing: null, // what draws what is missing, as ui/fetch/fetch.js made it
};
