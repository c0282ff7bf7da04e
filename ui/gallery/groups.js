// Images under headings: by the reader's own days, by press, or by workflow. Pure but for the browser's language.

import { timeOfDay } from "../shell/format.js";
import { locale, t } from "../words/words.js";

/**
 * Made, and put into the bin, in epoch seconds.
 * @typedef {{ made: number, binned?: number, press?: string, workflow?: string, prompt?: string }} Grouped
 */

/** What one groups by, and what it is called. @type {Record<string, string>} */
export const GROUPS = { day: t("Day"), press: t("Press"), workflow: t("Workflow") };
const BUILT_IN = { txt2img: t("Generate: text to image"), img2img: t("Generate: image to image") };
const DAY = 86_400_000;      // milliseconds

/** The day that a list of days has *tile* under: in the bin that on which it was put there. */
const dayOf = (/** @type {Grouped} */ tile) => new Date((tile.binned ?? tile.made) * 1000);

/** The group of *tile*; those of one group have the same. @param {Grouped} tile @param {string} by */
export function groupOf(tile, by) {
  if (by === "day") return dayOf(tile).toDateString();
  if (by === "press") return tile.press || "";
  return by === "workflow" ? tile.workflow || "" : "";
}

/** "Nov 2026" for "2026-11"; anything else as it is. @param {string} text */
export function monthTitle(text) {
  const [year, month] = text.split("-").map(Number);
  return month ? new Date(year, month - 1).toLocaleDateString(locale, { month: "short", year: "numeric" }) : text;
}

/** A day as people say it. @param {Date} date @param {Date} today */
export function dayTitle(date, today) {
  const midnight = (/** @type {Date} */ d) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  const ago = Math.round((midnight(today) - midnight(date)) / DAY);   // days are an hour longer or shorter at times
  if (ago === 0 || ago === 1) return ago ? t("Yesterday") : t("Today");
  const year = date.getFullYear() === today.getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", year });
}

/** The heading of the group of *tile*. @param {Grouped} tile @param {string} by @param {Date} [today] */
export function titleOf(tile, by, today = new Date()) {
  if (by === "workflow") return BUILT_IN[tile.workflow] || tile.workflow || t("Unknown workflow");
  if (by === "day") return dayTitle(dayOf(tile), today);
  const day = dayTitle(new Date(tile.made * 1000), today);
  return `${tile.prompt || t("No prompt")} · ${day === t("Today") ? "" : `${day}, `}${timeOfDay(tile.made)}`;
}
