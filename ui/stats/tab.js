// The tab: what is asked when, and only while it is in sight.

import { copyText } from "../shell/copy.js";
import { setUp as startSql } from "./sql.js";
import { ask, refs } from "../shell/dom.js";
import { $, boxes, host, now } from "./host.js";
import { SLOW, chip, fillSwitch, make } from "./base.js";
import { offset, panels } from "./panels.js";
import { fillMenu, setUp as startPlot } from "./plot.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

const AT_ONCE = 3;         // questions on the way together, after what is above the fold
const SERVERS_EVERY = 2000; // milliseconds between looks at the servers
const TYPED = 250;         // milliseconds after the last key in a field of numbers
const FIRST = "overview", NEXT = ["hours", "trend"]; // above the fold
const THEN = ["speed", "spent", "cold", "fall", "whatif", "forecasts", "failed", "examples"];
let inSight = false;
let asking = false;        // the servers
let round = 0;

/** What is asked of the app for each panel. @type {Record<string, (asked: object) => Promise<any>>} */
const QUESTIONS = {
  overview: (asked) => host.server.st_overview(asked),
  hours: (asked) => host.server.st_hours(asked),
  trend: (asked) => host.server.st_trend(asked),
  speed: (asked) => host.server.st_speed(asked),
  spent: (asked) => host.server.st_spent(asked),
  cold: (asked) => host.server.st_cold(asked),
  fall: (asked) => host.server.st_fall(asked),
  whatif: (asked) => host.server.st_whatif(asked),
  forecasts: (asked) => host.server.st_forecasts(asked),
  failed: (asked) => host.server.st_failed(asked),
  examples: (asked) => host.server.st_examples(asked),
  servers: (asked) => host.server.st_servers(asked),
};

export async function load(name) {
  const panel = panels[name], box = boxes[name], mine = (panel.asked = (panel.asked || 0) + 1);
  box.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => { box.dataset.slow = ""; }, SLOW);
  const answer = await ask(() =>
    QUESTIONS[name]({ days: now.days, offset: offset(), ...(panel.given ? panel.given() : {}) }),
  );
  clearTimeout(slow);
  if (mine !== panel.asked) return;
  delete box.dataset.slow;
  box.removeAttribute("aria-busy");
  problem(box, answer.error || "");
  if (answer.error) return;
  box.dataset.drawn = "";
  await panel.draw(answer);
}

function problem(box, sentence) {
  const known = box.querySelector(":scope > .stats-problem:not([data-ref])") || make("p", "stats-problem");
  if (!sentence) return known.remove();
  known.textContent = said(sentence);
  known.setAttribute("role", "alert");
  box.append(known);
}

async function refresh() {
  const mine = (round += 1);
  const first = load(FIRST);
  NEXT.forEach(load);
  await first;
  const left = [...THEN];
  const lane = async () => { while (left.length && mine === round) await load(left.shift()); };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function lookAtServers() {
  if (asking) return;
  asking = true;
  while (inSight && !document.hidden) {
    await load("servers");
    await new Promise((resolve) => setTimeout(resolve, SERVERS_EVERY));
  }
  asking = false;
}

export function waterfall(id) {
  now.one = id;
  boxes.fall.scrollIntoView({ behavior: "smooth", block: "center" });
  load("fall");
}

const PERIODS = [[7, t("7 days")], [30, t("30 days")], [90, t("90 days")], [365, t("1 year")], [0, t("All time")]];
let typing = 0;

let opened = 0;
function open(v) {
  if (!v.number || v.number <= opened) return;
  opened = v.number;
  now.one = v.id;
  if (inSight) return waterfall(now.one);
  const wait = () => (inSight ? waterfall(now.one) : setTimeout(wait, 50));
  wait();
}

function setUp() {
  // A tab that is hidden has no size, so nothing is drawn there.
  new IntersectionObserver((seen) => {
    const is = seen[seen.length - 1].isIntersecting;
    if (is && !inSight) { inSight = true; refresh(); lookAtServers(); }
    inSight = is;
  }).observe(host.root);
  document.addEventListener("visibilitychange", lookAtServers);
  fillSwitch($.periods, PERIODS, now.days, (value) => { now.days = value; now.unit = ""; refresh(); });
  $.nav.append(...[...host.root.querySelectorAll("[data-nav]")].map((part) => {
    const button = chip(part.dataset.nav);
    button.onclick = () => part.scrollIntoView({ behavior: "smooth" });
    return button;
  }));
  host.root.querySelectorAll("[data-menu]").forEach(fillMenu);
  $.series.onchange = () => { now.series = JSON.parse($.series.value); load("trend"); };
  $.one.onchange = () => { now.one = $.one.value; load("fall"); };
  $.wish.onsubmit = (e) => { e.preventDefault(); load("whatif"); };
  $.wish.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(() => load("whatif"), TYPED); });
  $["copy-export"].onclick = () => copyText($.export.textContent, t("Copied."));
  host.watch("value", () => open(host.props.value || {}));
  open(host.props.value || {});
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} given */
export function mount(given) {
  Object.assign(host, given);
  host.root = host.element.querySelector(".stats");
  refs($, host.element);
  host.root.querySelectorAll("[data-panel]").forEach((e) => { boxes[e.dataset.panel] = e; });
  startPlot();
  startSql();
  setUp();
}
