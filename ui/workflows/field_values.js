// What the fields of a form hold: what was typed, or what the workflow came with.

import { now } from "./host.js";
import { changed, chosen } from "./checking.js";

export const words = (t) => String(t ?? "");

export const standard = (f) => (f.key in now.edits ? now.edits[f.key] : f.value);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b) || words(a) === words(b);
export const list = (f) => (f.list === undefined ? [] : now.view.lists[f.list]);

export function edit(f, value) {
  if (same(value, f.value)) delete now.edits[f.key];
  else now.edits[f.key] = value;
  const w = now.widgets.get(f.key);
  if (w) w.box.dataset.edited = String(f.key in now.edits);
  if (f.dynamic) chosen(f.key); else changed();
}
