// The active filters, in words. Pure but for the browser's own language.

import { ENDS } from "./ends.js";
import { locale, t } from "../words/words.js";

/** @typedef {import("./filters.js").Search} Search */

const day = (at) => new Date(at * 1000).toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric" });
/** @param {number} days */
export const lastDays = (days) => (days === 1 ? t("Today") : t("Last {count} days", { count: days }));
/** What is offered of dates, in days; today is the first of them. */
export const LATELY = [1, 7, 30];
const starred = (n) => (n < 5 ? t("{stars} or more", { stars: "★".repeat(n) }) : "★".repeat(n));

/** The days to narrow a search for words to: none where it has a date already. @param {Search} search */
export const narrower = (search) => (search.words && !search.days && !search.since && !search.until ? LATELY : []);

// Each active filter: what its chip says, and the change that takes it away.
/** @param {Search} search */
export function active(search) {
  const found = [], add = (text, change) => found.push({ text, change });
  if (search.binned) add(t("In the bin"), { binned: false });
  if (search.words) add(`“${search.words}”`, { words: "" });
  if (search.favourite) add(t("♥ Favourites"), { favourite: false });
  if (search.rating) add(starred(search.rating), { rating: 0 });
  if (search.days) add(lastDays(search.days), { days: 0 });
  if (search.since) add(t("From {date}", { date: day(search.since) }), { since: 0 });
  if (search.until) add(t("Until {date}", { date: day(search.until - 1) }), { until: 0 });
  for (const [name, title] of [
    ["checkpoint", t("Checkpoint")],
    ["lora", t("LoRA")],
    ["sampler", t("Sampler")],
    ["workflow", t("Workflow")],
    ["server", t("Server")],
    ["collection", t("Collection")],
    ["owner", t("Owner")],
  ])
    if (search[name]) add(`${title}: ${search[name]}`, { [name]: "" });
  if (search.width) add(`${search.width} × ${search.height}`, { width: 0, height: 0 });
  for (const one of search.tags || []) add(`# ${one}`, { tags: search.tags.filter((tag) => tag !== one) });
  if (search.statuses) add(search.statuses.map((s) => ENDS[s] || s).join(", "), { statuses: [] });
  return found;
}
