// A choice from a list too long for a drop-down of the browser's own.

import { combobox } from "../shell/combobox.js";
import { edit, list, standard, words } from "./field_values.js";

export function longChoice(f, id) {
  const box = combobox({ id, label: f.label, names: () => list(f), take: (name) => edit(f, name) });
  const set = (v) => box.set(words(v));
  set(standard(f));
  return { element: box.element, set, wide: list(f).some((n) => n.length > 30) };
}
