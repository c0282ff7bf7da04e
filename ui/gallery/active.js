// The active filters, in words. Pure but for the browser's own language.

import { ENDS } from "./ends.js";

/** @typedef {import("./filters.js").Search} Search */

const day = (t) => new Date(t * 1000).toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" });
/** @param {number} days */
export const lastDays = (days) => (days === 1 ? "Today" : `Last ${days} days`);
const starred = (n) => `${"★".repeat(n)}${n < 5 ? " or more" : ""}`;

// Each active filter: what its chip says, and the change that takes it away.
/** @param {Search} search */
export function active(search) {
  const found = [], add = (text, change) => found.push({ text, change });
  if (search.binned) add("In the bin", { binned: false });
  if (search.words) add(`“${search.words}”`, { words: "" });
  if (search.favourite) add("♥ Favourites", { favourite: false });
  if (search.rating) add(starred(search.rating), { rating: 0 });
  if (search.days) add(lastDays(search.days), { days: 0 });
  if (search.since) add(`From ${day(search.since)}`, { since: 0 });
  if (search.until) add(`Until ${day(search.until - 1)}`, { until: 0 });
  for (const [name, title] of [
    ["checkpoint", "Checkpoint"],
    ["lora", "LoRA"],
    ["sampler", "Sampler"],
    ["workflow", "Workflow"],
    ["server", "Server"],
    ["collection", "Collection"],
    ["owner", "Owner"],
  ])
    if (search[name]) add(`${title}: ${search[name]}`, { [name]: "" });
  if (search.width) add(`${search.width} × ${search.height}`, { width: 0, height: 0 });
  for (const one of search.tags || []) add(`# ${one}`, { tags: search.tags.filter((t) => t !== one) });
  if (search.statuses) add(search.statuses.map((s) => ENDS[s] || s).join(", "), { statuses: [] });
  return found;
}
