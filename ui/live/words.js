// The live panel in words: times, the link, why something waits, how it ended.

import { isCut } from "./ending.js";
import { clock, ordinal, span, timeOfDay } from "../shell/format.js";

export function linkText(link, gone) {
  const ago = link.ago === null || link.ago === undefined ? null : link.ago + gone;
  const last = ago === null ? "nothing heard yet" : `last heard ${span(ago)} ago`;
  switch (link.kind) {
    case "live": return "Connected";
    case "polling": return `polling, ${last}`;
    case "reconnecting": return `${last}, reconnecting${link.attempt ? ` (${ordinal(link.attempt)} try)` : ""}`;
    case "unreachable": return link.since ? `server unreachable since ${timeOfDay(link.since)}` : "server unreachable";
    case "stalled": return `stalled, ${last}`;
    default: return "";
  }
}

// What stands beside the elapsed time, with its name: how long it still takes, else how much it is.
export function leftText(v, left, late) {
  if (isCut(v.state)) return ["Requested", v.total ? `${v.total} steps` : "–"];
  if (!v.live && v.state !== "waiting") return ["Steps", String(v.total)];
  if (v.state === "waiting" && v.takes) return ["Will take", v.takes];
  if (late && v.motion) return ["Time left", "longer than usual"];
  if (left === null) return ["Time left", "–"];
  return ["Time left", left < 1 ? "< 1 s" : clock(Math.ceil(left))];
}

// "Server unreachable since 10:43 PM": since when is said of what was there before.
export const waitTitle = (w) =>
  w.since && ["unreachable", "denied"].includes(w.why) ? `${w.title} since ${timeOfDay(w.since)}` : w.title;

// What the stage says where it has no image to show.
export function emptyWords(v) {
  if (v.state === "waiting" && v.wait) return [waitTitle(v.wait), v.wait.sentence];
  if (v.binned) return ["In the bin", "Restore it in the gallery, under More, Bin."];
  return {
    waiting: ["Waiting", ""],
    running: ["Working", "A preview appears as soon as the server sends one."],
    keeping: ["Almost done", "Downloading the images."],
    cancelled: ["Cancelled", "No images were saved."],
    failed: ["Failed", "See the reason below."],
    lost: ["Lost", "See the reason below."],
    finished: ["Finished", v.texts.length ? "See its output below." : "The workflow produced no files."],
  }[v.state] || ["", ""];
}

// What the browser's tab says of it, and shows.
export const ENDED = { finished: "Finished", cancelled: "Cancelled", failed: "✗ Failed", lost: "✗ Lost" };
export const marks = { finished: "done", cancelled: "cut", failed: "bad", lost: "bad" };
/** How much of the press is done, 0…1, where *whole* percent are done of the one that is shown. */
export const shareOf = (v, whole) =>
  v.parts.reduce((sum, [percent], n) => sum + (n === v.index - 1 ? Math.max(percent, whole) : percent), 0) /
  (100 * v.parts.length || 1);
const SHORT = {
  paused: "Paused",
  held: "Held back",
  unreachable: "Server unreachable",
  denied: "Login needed",
  connecting: "Connecting",
};
export function tabTitle(v, whole) {
  if (v.state === "finished" && !v.live && v.images.length) return `✓ Done (${v.images.length})`;
  if (!v.live) return ENDED[v.state] || "";
  if (v.stopping) return "Cancelling";
  if (v.state === "waiting") return (v.wait && SHORT[v.wait.why]) || "Waiting";
  return `${whole} %`;
}
