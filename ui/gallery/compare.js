// Two that are selected, beside each other.

import { emit } from "../shell/events.js";
import { now } from "./host.js";
import { ids } from "./pick.js";

export function openCompare() {
  const [first, second] = ids().map(
    (id) => now.tiles.find((t) => t.id === id && t.thumb) || now.tiles.find((t) => t.id === id),
  );
  emit("compare", { list: now.tiles, first, second });
}
