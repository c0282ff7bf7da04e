// The live panel in words: times, the link, why something waits, how it ended.

import { isCut } from "./ending.js";
import { clock, ordinal, span, timeOfDay } from "../shell/format.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

export function linkText(link, gone) {
  const ago = link.ago === null || link.ago === undefined ? null : link.ago + gone;
  const last = ago === null ? t("nothing heard yet") : t("last heard {time} ago", { time: span(ago) });
  switch (link.kind) {
    case "live": return t("Connected");
    case "polling": return t("polling, {last}", { last });
    case "reconnecting": return link.attempt
      ? t("{last}, reconnecting ({nth} try)", { last, nth: ordinal(link.attempt) })
      : t("{last}, reconnecting", { last });
    case "unreachable":
      return link.since
        ? t("server unreachable since {time}", { time: timeOfDay(link.since) })
        : t("server unreachable");
    case "stalled": return t("stalled, {last}", { last });
    default: return "";
  }
}

// What stands beside the elapsed time, with its name: how long it still takes, else how much it is.
export function leftText(v, left, late) {
  if (isCut(v.state)) return [t("Requested"), v.total ? t("{count} steps", { count: v.total }) : "–"];
  if (!v.live && v.state !== "waiting") return [t("Steps"), String(v.total)];
  if (v.state === "waiting" && v.takes) return [t("Will take"), said(v.takes)];
  if (late && v.motion) return [t("Time left"), t("longer than usual")];
  if (left === null) return [t("Time left"), "–"];
  return [t("Time left"), left < 1 ? t("< 1 s") : clock(Math.ceil(left))];
}

// "Server unreachable since 10:43 PM": since when is said of what was there before.
export const waitTitle = (w) =>
  w.since && ["unreachable", "denied"].includes(w.why) ? t("{title} since {time}", { title: said(w.title), time: timeOfDay(w.since) })
    : said(w.title);

// What happens: a node's own title while one runs.
export const titleOf = (v) => (v.state !== "running" || v.title === "Starting" ? said(v.title) : v.title);

// What the stage says where it has no image to show.
export function emptyWords(v) {
  if (v.state === "waiting" && v.wait) return [waitTitle(v.wait), said(v.wait.sentence)];
  if (v.binned) return [t("In the bin"), t("Restore it in the gallery, under More, Bin.")];
  return {
    waiting: [t("Waiting"), ""],
    running: [t("Working"), t("A preview appears as soon as the server sends one.")],
    keeping: [t("Almost done"), t("Downloading the images.")],
    cancelled: [t("Cancelled"), t("No images were saved.")],
    failed: [t("Failed"), t("See the reason below.")],
    lost: [t("Lost"), t("See the reason below.")],
    finished: [t("Finished"), v.texts.length ? t("See its output below.") : t("The workflow produced no files.")],
  }[v.state] || ["", ""];
}

// What the browser's tab says of it, and shows.
export const ENDED = { finished: t("Finished"), cancelled: t("Cancelled"), failed: t("✗ Failed"), lost: t("✗ Lost") };
export const marks = { finished: "done", cancelled: "cut", failed: "bad", lost: "bad" };
/** How much of the press is done, 0…1, where *whole* percent are done of the one that is shown. */
export const shareOf = (v, whole) =>
  v.parts.reduce((sum, [percent], n) => sum + (n === v.index - 1 ? Math.max(percent, whole) : percent), 0) /
  (100 * v.parts.length || 1);
const SHORT = {
  paused: t("Paused"),
  held: t("Held back"),
  unreachable: t("Server unreachable"),
  denied: t("Login needed"),
  connecting: t("Connecting"),
};
export function tabTitle(v, whole) {
  if (v.state === "finished" && !v.live && v.images.length) return t("✓ Done ({count})", { count: v.images.length });
  if (!v.live) return ENDED[v.state] || "";
  if (v.stopping) return t("Cancelling");
  if (v.state === "waiting") return (v.wait && SHORT[v.wait.why]) || t("Waiting");
  return `${whole} %`;
}
