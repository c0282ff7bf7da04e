// Two that are selected, beside each other.

import { emit } from "../shell/events.js";
import { now } from "./host.js";
import { chosen } from "./pick.js";

export function openCompare() {
  const [first, second] = chosen();
  emit("compare", { list: now.all, first, second });
}
