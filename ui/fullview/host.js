// What the fullview scripts share: what Gradio gives them, their elements, what changes.

export const host = /** @type {import("../shell/host.js").Host} */ ({});

/** Elements of the template by their data-ref. @type {Record<string, any>} */
export const $ = {};

export const now = {
  at: 0,
  after: "", // the generation after which a press's list goes on with older ones; "" where it does not
  lines: {}, // by generation id
};
