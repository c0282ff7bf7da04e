// What is looked for in the gallery, as the page's address says it. Pure.

import { grouped } from "../shell/count.js";
import { GROUPS } from "./groups.js";
import { t } from "../words/words.js";

/**
 * What is looked for, and how it is shown: `days` are the last so many, today being one of them, and `group`
 * is one of groups.js.
 * @typedef {import("../shell/wire.js").Search & { days?: number, group?: string }} Search
 */

const LISTS = ["tags", "statuses"];
const NUMBERS = ["days", "since", "until", "width", "height", "rating"];
const TICKS = ["favourite", "binned"];
const TEXTS = ["words", "checkpoint", "lora", "sampler", "workflow", "server", "owner", "collection", "sort", "group"];

const SORTS = ["newest", "oldest", "rating", "slowest", "fastest"];   // as the page offers them
const MOST_DAYS = 36_525;   // a hundred years
const ORDER = ["sort", "group"];
const IN_TIME = [undefined, "", "newest", "oldest"];

/** Whether anything but the order is asked for. @param {Search} search */
export const isFiltered = (search) => Object.keys(search).some((name) => !ORDER.includes(name));

/** The order of *search*, without its filters. @param {Search} search @returns {Search} */
export const orderOf = (search) => Object.fromEntries(Object.entries(search).filter(([name]) => ORDER.includes(name)));

/** Another order: groups by time are shown in the order of time alone. @param {Search} search @param {string} sort */
export const sortedBy = (search, sort) => ({
  sort: sort === "newest" ? "" : sort,
  group: IN_TIME.includes(sort) && (search.group !== "workflow" || sort !== "oldest") ? search.group : "",
});

/** Other groups. @param {Search} search @param {string} group */
export const groupedBy = (search, group) => ({
  group,
  sort: group === "workflow" || (group && !IN_TIME.includes(search.sort)) ? "" : search.sort,
});

/** What the app is asked for *search* at that time. @param {Search} search @param {Date} at */
export function askedOf({ days, group, ...search }, at) {
  if (group === "workflow") search.sort = "workflow";
  if (days) search.since = new Date(at.getFullYear(), at.getMonth(), at.getDate() - days + 1).getTime() / 1000;
  return search;
}

/** The search as an address has it. @param {Search} search */
export function written(search) {
  const said = new URLSearchParams();
  for (const name of [...TEXTS, ...NUMBERS]) if (search[name]) said.set(name, String(search[name]));
  for (const name of LISTS) for (const one of search[name] || []) said.append(name, one);
  for (const name of TICKS) if (search[name]) said.set(name, "yes");
  return said.toString();
}

/** The search that an address has; what it has beyond is passed over. @param {string} text @returns {Search} */
export function readFrom(text) {
  const said = new URLSearchParams(text);
  /** @type {Search} */
  const search = {};
  for (const name of TEXTS) if (said.get(name)) search[name] = said.get(name);
  for (const name of NUMBERS) if (Number.isFinite(Number(said.get(name) || NaN))) search[name] = Number(said.get(name));
  for (const name of LISTS) if (said.has(name)) search[name] = said.getAll(name);
  for (const name of TICKS) if (said.get(name)) search[name] = true;
  if (!Object.hasOwn(GROUPS, search.group)) delete search.group;
  if (!SORTS.includes(search.sort)) delete search.sort;
  if (!Number.isInteger(search.days) || search.days < 1 || search.days > MOST_DAYS) delete search.days;
  return search;
}

/** @param {unknown} value */
const isEmpty = (value) => !value || (Array.isArray(value) && !value.length);

/** The search after *change*; an empty value takes a filter away. @param {Search} search @param {Search} change */
export const changedBy = (search, change) =>
  Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => !isEmpty(value)));

/** "1,204", or "10,000+" where there are more. @param {{ images: number, more: boolean }} total */
export const totalOf = ({ images, more }) => `${grouped(images)}${more ? "+" : ""}`;

/**
 * "1,204 images match".
 * @param {{ images: number, more: boolean }} total
 * @param {Search} search
 */
export function counted(total, search) {
  const isOne = total.images === 1, count = totalOf(total);
  if (search.binned) return t(isOne ? "{count} image in the bin" : "{count} images in the bin", { count });
  if (isFiltered(search)) return t(isOne ? "{count} image matches" : "{count} images match", { count });
  return t(isOne ? "{count} image" : "{count} images", { count });
}
