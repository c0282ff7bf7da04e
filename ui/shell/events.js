// What the page's scripts tell one another. Every event and what it carries is named here.

/**
 * @typedef {{ id: string, n: number, media?: string, thumb?: boolean, name?: string, [more: string]: any }} Tile
 * @typedef {object} Events
 * @property {{ list: Tile[], at: number, binned?: boolean, beyond?: boolean }} open  show one of a list in the
 *   full view; `beyond`: older ones come after its end
 * @property {{ list: Tile[], first: Tile, second: Tile }} compare  show two of a list beside each other
 * @property {{ list: Tile[] }} near  the full view comes near the end of its list
 * @property {{ list: Tile[] }} found  a list has got longer
 * @property {{ tile: Tile }} left  the full view was closed at this one
 * @property {{ keys: string[] }} removed  images are in the bin, or gone; keys as `image_key.js` makes them
 * @property {{ keys: string[] }} restored  images are back from the bin
 * @property {{ keys: string[] }} changed  something of them is not as it was said to be
 * @property {{ keys: string[], fields: Record<string, any> }} marked  images were given other marks
 * @property {{ id: string, n: number, frame?: string, kind?: string }} reuse  an image, a video, or the first or
 *   last `frame` of one is to be the input of a workflow, of its field of that `kind`
 * @property {{ name: string, tile: Tile, rating?: number }} act  something is to be done with an image, as
 *   ui/shell/acts.js names it
 * @property {{ form: any, paint: string }} form  a workflow's form was opened elsewhere; `paint` is the key
 *   of its field whose mask is to be painted
 * @property {{ person: string, now: number, live: number, ended: number }} own  how much is one's own
 * @property {{ file: File }} text  a file of text was dropped on the Generate tab
 * @property {{ file: File }} workflow  a workflow is to be opened as a form
 * @property {undefined} filled  a form was filled from an image
 * @property {{ kind: string, name: string }} face  a model, or one more LoRA, is to be used
 * @property {undefined} offers  servers offer something else than before
 * @property {undefined} wildcards  lists that prompts draw from are others than before
 * @property {undefined} latecomer  a script that has just come wants to hear the last `own`
 * @property {{ id: string }} job  a job is to be shown on the Generate tab
 * @property {undefined} made  something of one's own was finished
 * @property {undefined} over  what was followed has ended
 */

const bus = new EventTarget();
const heard = new Set();       // names that somebody listens to
const handed = new Map();      // by name: what waits for a part of the page that is not there yet

/**
 * Call *listener* with each event *name*.
 * @template {keyof Events} K
 * @param {K} name
 * @param {(event: CustomEvent<Events[K]>) => void} listener
 */
export function on(name, listener) {
  bus.addEventListener(name, /** @type {EventListener} */ (/** @type {unknown} */ (listener)));
  heard.add(name);
  if (!handed.has(name)) return;
  const detail = handed.get(name);
  handed.delete(name);
  queueMicrotask(() => emit(name, detail));
}

/**
 * Tell all who listen to *name*.
 * @template {keyof Events} K
 * @param {K} name
 * @param {Events[K]} [detail]
 */
export function emit(name, detail) {
  bus.dispatchEvent(new CustomEvent(name, { detail }));
}

/**
 * Tell who listens to *name*, once there is somebody: a tab's scripts come when it is first shown.
 * @template {keyof Events} K
 * @param {K} name
 * @param {Events[K]} detail
 */
export function hand(name, detail) {
  if (heard.has(name)) emit(name, detail); else handed.set(name, detail);
}
