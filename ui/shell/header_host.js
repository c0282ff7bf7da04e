// What the header scripts share: what Gradio gives them, their elements, what changes.

/** @type {import("../shell/host.js").Host} */
export const host = {};

/** Elements of the template by their data-ref. @type {Record<string, any>} */
export const $ = {};
