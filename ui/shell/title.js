// One title and one icon for all panels: what runs, the first of them, before what ended, the last.

import { drawIcon } from "./icon.js";

/**
 * @typedef {{ words: string, live: boolean, share?: number, mark?: string }} Saying
 * `share` (0…1) is how far all of it is while it is live, `mark` how it ended: "done", "bad", "cut"
 */

/** @type {Map<string, Saying & { at: number }>} */
const titles = new Map();

function draw() {
  const all = [...titles.values()];
  const last = all.length ? all.reduce((a, b) => (b.at > a.at ? b : a)) : null;
  const shown = all.find((t) => t.live) || last;
  document.title = shown?.words ? `${shown.words} · Stepglass` : "Stepglass";
  drawIcon(shown?.live ? shown.share ?? null : null, (shown && !shown.live && shown.mark) || "");
}

/**
 * Say in the browser's tab how *panel* is.
 * @param {string} panel
 * @param {Saying} saying
 */
export function setTitle(panel, saying) {
  const before = titles.get(panel);
  const same = before && before.words === saying.words && before.live === saying.live;
  if (same && before.share === saying.share) return;
  titles.set(panel, { ...saying, at: same ? before.at : performance.now() });
  draw();
}

// Who uses the page has seen how it ended.
const listeners = [];
/** Call *listener* once the person uses the page. @param {() => void} listener */
export const onUse = (listener) => listeners.push(listener);
function used() {
  const ended = [...titles].filter(([, t]) => !t.live);
  ended.forEach(([panel]) => titles.delete(panel));
  if (ended.length) draw();
  listeners.forEach((listener) => listener());
}
["pointerdown", "keydown"].forEach((name) => document.addEventListener(name, used, true));

draw();
