// What the gallery scripts share: what Gradio gives them, their elements, what changes.

export const host = /** @type {import("../shell/host.js").Host} */ ({});

/** Elements of the template by their data-ref. @type {Record<string, any>} */
export const $ = {};

export const now = {
  search: {}, // what is looked for, as ui/library/search_json.py reads it
  all: [], // the images found, in order; the full view walks over the same list
  tiles: [], // those in the grid: all of them, or one of each batch that is folded
  batches: new Map(), // the images of each generation that was found, by its id
  fold: false, // whether batches are folded
  open: new Set(), // ids of batches that are not, all the same
  last: "", // the id after which it goes on
  total: null, // {count, more}, or null while it is being counted
  turn: 0, // newest search; answers to older ones are passed over
  loading: false,
  cursor: 0, // the tile that keys start from
  stale: false, // something came back or changed while the tab was not looked at
  facets: null,
  size: 0, // the step of tile_size.js
  from: "", // the key of the image that a range starts at
};
