// A row of the queue in words: what it is, when it starts, why it waits. Pure but for the clock.

import { about, shortModel, timeOfDay } from "../shell/format.js";

export const named = (row) => (row.prompt ? `“${row.prompt.slice(0, 60)}”` : "the one without a prompt");

export function meta(row) {
  return [
    shortModel(row.checkpoint),
    row.size,
    `${row.steps_asked} steps`,
    row.batch > 1 ? `${row.batch} images` : "",
    row.server,
  ]
    .filter(Boolean)
    .join(" · ");
}

export function when(row) {
  if (row.starts === null || row.starts === undefined || !row.place && row.state !== "next") return "";
  const starts = row.starts < 1 ? "starts in a moment" : `starts in about ${about(row.starts)}`;
  if (row.ends === null || row.ends === undefined) return starts;
  const end = row.ends < 90 ? `in about ${about(row.ends)}` : `about ${timeOfDay(Date.now() / 1000 + row.ends)}`;
  return `${starts}, done ${end}`;
}

// Why it waits, where no forecast of a start would be true.
export const stuckTitle = (w) =>
  w.since && ["unreachable", "denied"].includes(w.why) ? `${w.title} since ${timeOfDay(w.since)}` : w.title;
export function reason(row) {
  const w = row.wait;
  if (row.state === "held") return "Held back until you release it.";
  if (row.state === "paused") return "Paused.";
  if (w && !["next", "behind"].includes(w.why)) return `${stuckTitle(w)}.`;
  return row.state === "next" && !when(row) ? "On its server, next in line there." : "";
}

export const STATES = { running: "Running", keeping: "Fetching", next: "Next", held: "Held", paused: "Paused" };
export const ENDS = { finished: "Finished", failed: "Failed", cancelled: "Cancelled", lost: "Lost" };
