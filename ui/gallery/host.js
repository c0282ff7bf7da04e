// What the gallery scripts share: what Gradio gives them, their elements, what changes.

export const host = /** @type {import("../shell/host.js").Host} */ ({});

/** Elements of the template by their data-ref. @type {Record<string, any>} */
export const $ = {};

export const now = {
  search: {}, // what is looked for, as ui/library/search_json.py reads it
  tiles: [], // what was found, in order; the full view walks over the same list
  last: "", // the id after which it goes on
  total: null, // {count, more}, or null while it is being counted
  turn: 0, // newest search; answers to older ones are passed over
  loading: false,
  cursor: 0, // the tile that keys start from
  stale: false, // something came back or changed while the tab was not looked at
  facets: null,
  from: 0, // the tile that a range starts at
};
