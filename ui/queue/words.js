// A row of the queue in words: what it is, when it starts, why it waits. Pure but for the clock.

import { about, shortModel, timeOfDay } from "../shell/format.js";
import { plural } from "../shell/count.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

export const named = (row) => (row.prompt ? `“${row.prompt.slice(0, 60)}”` : t("the one without a prompt"));

export function meta(row) {
  return [
    shortModel(row.checkpoint),
    row.size,
    t("{count} steps", { count: row.steps_asked }),
    row.batch > 1 ? plural(row.batch, "image") : "",
    row.server,
  ]
    .filter(Boolean)
    .join(" · ");
}

export function when(row) {
  if (row.starts === null || row.starts === undefined || !row.place && row.state !== "next") return "";
  const starts = row.starts < 1 ? t("starts in a moment") : t("starts in about {time}", { time: about(row.starts) });
  if (row.ends === null || row.ends === undefined) return starts;
  const end = row.ends < 90 ? t("in about {time}", { time: about(row.ends) }) : t("about {time}", { time: timeOfDay(Date.now() / 1000 + row.ends) });
  return t("{starts}, done {end}", { starts, end });
}

// What happens: a node's own title while one runs.
export const titleOf = (row) =>
  row.state !== "running" || row.title === "Starting" ? said(row.title) : row.title;

// Why it waits, where no forecast of a start would be true.
export const stuckTitle = (w) =>
  w.since && ["unreachable", "denied"].includes(w.why) ? t("{title} since {time}", { title: said(w.title), time: timeOfDay(w.since) }) : said(w.title);
export function reason(row) {
  const w = row.wait;
  if (row.state === "held") return t("Held back until you release it.");
  if (row.state === "paused") return t("Paused.");
  if (w && !["next", "behind"].includes(w.why)) return `${stuckTitle(w)}.`;
  return row.state === "next" && !when(row) ? t("On its server, next in line there.") : "";
}

// What cancelling all comes to.
export function cancelText({ running, waiting }) {
  return [
    running && t(running === 1 ? "{count} runs and will be cancelled." : "{count} run and will be cancelled.",
      { count: running }),
    waiting && t(waiting === 1 ? "{count} waits and will not start." : "{count} wait and will not start.",
      { count: waiting }),
    t("They stay listed below, to be run again."),
  ].filter(Boolean).join(" ");
}

export const STATES = { running: t("Running"), keeping: t("Fetching"), next: t("Next"), held: t("Held"), paused: t("Paused") };
export const ENDS = { finished: t("Finished"), failed: t("Failed"), cancelled: t("Cancelled"), lost: t("Lost") };
