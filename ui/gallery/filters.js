// What is looked for in the gallery, as the page's address says it. Pure.

import { grouped } from "../shell/count.js";

/** @typedef {import("../shell/wire.js").Search} Search */

const LISTS = ["tags", "statuses"];
const NUMBERS = ["since", "until", "width", "height", "rating"];
const TICKS = ["favourite", "binned"];
const TEXTS = ["words", "checkpoint", "lora", "sampler", "workflow", "server", "owner", "collection", "sort"];

/** Whether anything but the order is asked for. @param {Search} search */
export const isFiltered = (search) => Object.keys(search).some((name) => name !== "sort");

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
  return search;
}

/** @param {unknown} value */
const isEmpty = (value) => !value || (Array.isArray(value) && !value.length);

/** The search after *change*; an empty value takes a filter away. @param {Search} search @param {Search} change */
export const changedBy = (search, change) =>
  Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => !isEmpty(value)));

/**
 * "1,204 images match".
 * @param {{ images: number, more: boolean }} total
 * @param {Search} search
 */
export function counted(total, search) {
  const isOne = total.images === 1, matching = isOne ? " matches" : " match";
  const end = search.binned ? " in the bin" : isFiltered(search) ? matching : "";
  return `${grouped(total.images)}${total.more ? "+" : ""} ${isOne ? "image" : "images"}${end}`;
}
