// What each panel asks and shows. A panel: given() says what goes with the question, draw(answer)
// shows the answer.

import { toast } from "../shell/toast.js";
import { show } from "../shell/dom.js";
import { $, now } from "./host.js";
import { chip, drawShares, drawTable, empty, fillSelect, fillSwitch, fold, make } from "./base.js";
import { drawPicture } from "./plot.js";
import { drawCost, drawFall, wished } from "./costs.js";
import { load, waterfall } from "./tab.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

const SHOWN_CHANGES = 3;
const SHOWN_ERRORS = 5;
const SIGNS = { slower: "▲", faster: "▼", usual: "✓" };
let by = ["checkpoint", "size"];
export const offset = () => -new Date().getTimezoneOffset() * 60;
const NOTHING = t("Nothing yet in this period. Generate something, or choose a longer period.");
const GROUPS = [["checkpoint", t("checkpoint")], ["size", t("size")], ["sampler", t("sampler")], ["server", t("server")]];

export function parameters(question) {
  /** @type {Record<string, any>} */
  const given = { days: now.days, offset: offset() };
  if (question === "per_period") given.unit = now.unit || $.units.dataset.unit || "day";
  if (question === "speed") given.by = by.join(",");
  if (question === "waterfall") given.id = now.one;
  if (question === "trend" && now.series) Object.assign(given, now.series);
  return given;
}

function cards(parts) {
  return parts.map(({ name, number, more }) => {
    const card = make("div", "stats-card");
    card.append(make("p", "stats-name", said(name)), make("p", "stats-number", said(number)));
    if (more) card.append(make("p", "sg-quiet", said(more)));
    return card;
  });
}

export const panels = {
  overview: {
    given: () => ({ unit: now.unit }),
    draw(v) {
      $.cards.replaceChildren(...cards(v.cards));
      $.units.dataset.unit = v.unit;
      fillSwitch(
        $.units,
        [
          ["day", t("Day")],
          ["week", t("Week")],
          ["month", t("Month")],
        ],
        v.unit,
        (value) => {
          now.unit = value;
          load("overview");
        },
      );
      drawShares($.outcomes, v.outcomes, "outcome", "");
      if (!v.outcomes.length) $.outcomes.replaceChildren();
      return drawPicture($["periods-picture"], v.picture, NOTHING, t("Generations, images and outcomes"));
    },
  },

  hours: { draw: (v) => drawPicture($["hours-picture"], v.picture, NOTHING, t("Hours of the week")) },

  trend: {
    given: () => ({ series: now.series || {} }),
    draw(v) {
      fold($.changes, v.sentences.length ? v.sentences.map(change) : [quiet(v.choices.length)], SHOWN_CHANGES);
      show($["series-field"], v.choices.length > 0);
      fillSelect(
        $.series,
        v.choices.map((c) => [JSON.stringify(c.series), `${c.name} (${said(c.more)})`]),
        JSON.stringify((v.choices.find((c) => c.chosen) || {}).series),
      );
      now.series = v.choices.length ? (v.choices.find((c) => c.chosen) || {}).series || null : null;
      return drawPicture(
        $["trend-picture"],
        v.picture,
        t("No trend yet: it needs a few comparable generations, with one checkpoint at one size."),
        v.name,
      );
    },
  },

  speed: {
    given: () => ({ by }),
    draw(v) {
      $.by.replaceChildren(
        make("span", "sg-note", t("by")),
        ...GROUPS.map(([value, name]) => {
          const button = chip(name, by.includes(value));
          button.onclick = () => regroup(value);
          return button;
        }),
      );
      show($["speed-pair"], Boolean(v.seconds));
      drawTable(
        $["speed-table"],
        v.table,
        t("Nothing has finished yet in this period. The first generation that does is the first row here."),
      );
      return Promise.all([
        drawPicture($["seconds-picture"], v.seconds, NOTHING, t("Seconds per generation")),
        drawPicture($["rate-picture"], v.rate, t("No sampler has counted its steps yet."), t("Steps per second")),
      ]);
    },
  },

  spent: { draw: (v) => drawShares($.shares, v.shares, "activity", NOTHING) },

  cold: {
    draw(v) {
      $["cold-said"].textContent = said(v.sentence);
      show($["cold-said"], Boolean(v.sentence));
      drawTable(
        $["cold-table"],
        v.table,
        t("Not measured yet. It takes a generation that had to load its models, and another that found them loaded."),
        6,
      );
    },
  },

  fall: {
    given: () => ({ id: now.one }),
    draw(v) {
      now.one = v.id;
      fillSelect($.one, v.choices, v.id);
      show($.one.parentElement, v.choices.length > 0);
      drawFall($.fall, v);
    },
  },

  whatif: {
    given: wished,
    draw(v) {
      const first = v.first;
      show($.wish, Boolean(first));
      show($["whatif-picture"], Boolean(first && v.answer.picture));
      if (!first) return $.cost.replaceChildren(empty(said(v.none)));
      const kept = wished().series,
        chosen = kept.checkpoint ? kept : first;
      fillSelect($["wish-checkpoint"], v.checkpoints, chosen.checkpoint);
      fillSelect(
        $["wish-size"],
        v.sizes.map((s) => [s, s]),
        chosen.width ? `${chosen.width} × ${chosen.height}` : t("no size"),
      );
      fillSelect(
        $["wish-server"],
        [["", t("any server")], ...v.servers.filter(Boolean).map((s) => [s, s])],
        kept.checkpoint ? kept.server : "",
      );
      show($["wish-where"], v.servers.filter(Boolean).length > 1);
      drawCost($.cost, v.answer);
      return v.answer.picture
        ? drawPicture($["whatif-picture"], v.answer.picture, "", t("What steps cost"))
        : undefined;
    },
  },

  forecasts: {
    draw(v) {
      show($["forecast-cards"], Boolean(v.said));
      if (v.said)
        $["forecast-cards"].replaceChildren(...cards(v.said.cards), make("p", "sg-note", said(v.said.basis)));
      return drawPicture(
        $["forecasts-picture"],
        v.picture,
        t("No forecast to check yet: the first is made once a generation of the same kind has finished."),
        t("Forecast against actual"),
      );
    },
  },

  failed: {
    draw(v) {
      drawTable($.causes, v.causes, t("Nothing failed in this period."), 6);
      show($["errors-title"], v.latest.length > 0);
      fold($.errors, v.latest.map(failure), SHOWN_ERRORS);
    },
  },

  servers: {
    draw: (v) =>
      $.servers.replaceChildren(
        ...(v.servers.length
          ? v.servers.map(server_card)
          : [empty(t("No server is set up: start Stepglass with --server and its address."))]),
      ),
  },
};

function change({ text, kind, more, meanwhile, series: of }) {
  const line = make("li"),
    words = make("div"),
    sign = make("i", "", SIGNS[kind]),
    look = chip(t("Show"));
  line.dataset.kind = kind;
  sign.setAttribute("aria-hidden", "true");
  words.append(make("p", "", said(text)), make("p", "sg-note", said(more)));
  if (meanwhile) words.append(make("p", "sg-note", said(meanwhile)));
  look.onclick = () => { now.series = of; load("trend"); };
  look.setAttribute("aria-label", t("Show the course of this: {text}", { text: said(text) }));
  line.append(sign, words, look);
  return line;
}

function quiet(known) {
  const line = make("li"), sign = make("i", "", "✓");
  sign.setAttribute("aria-hidden", "true");
  line.dataset.kind = "none";
  line.append(
    sign,
    make(
      "p",
      "",
      known
        ? t("Nothing has changed lately: everything takes as long as it usually does.")
        : t("Nothing to compare yet. After a few comparable generations, changes of speed appear here, and since when."),
    ),
  );
  return line;
}

function regroup(value) {
  const wanted = by.includes(value) ? by.filter((g) => g !== value) : [...by, value];
  if (!wanted.length) return toast(t("By something it has to be told apart."));
  by = GROUPS.map(([g]) => g).filter((g) => wanted.includes(g));
  load("speed").then(() => $.by.querySelectorAll("button")[GROUPS.findIndex(([g]) => g === value)].focus());
}

function failure(r) {
  const item = make("details", "error-item"), line = make("summary");
  line.append(make("span", "error-when", r.when), make("span", "", said(r.sentence) || t("No reason was given.")));
  item.append(line);
  if (r.node) item.append(make("p", "sg-quiet", t("Node: {node}", { node: r.node })));
  const look = chip(t("Where the time went"));
  look.onclick = () => waterfall(r.id);
  item.append(make("pre", "", r.detail || t("The server said no more.")), look);
  return item;
}

function server_card(s) {
  const card = make("div", "stats-server"), head = make("p", "stats-server-name"), dot = make("i");
  card.dataset.link = s.link;
  dot.setAttribute("aria-hidden", "true");
  head.append(dot, make("b", "", s.name), make("span", "sg-quiet", said(s.link)));
  card.append(head, make("p", "", [said(s.queue), s.speed && t("{speed} now", { speed: said(s.speed) })].filter(Boolean).join(" · ")));
  s.memory.forEach((m) => {
    const line = make("div", "stats-memory"), bar = make("div", "stats-meter"), fill = make("i");
    fill.style.width = `${100 * m.share}%`;
    bar.setAttribute("role", "meter");
    bar.setAttribute("aria-label", t("{name} of {server}", { name: said(m.name), server: s.name }));
    bar.setAttribute("aria-valuenow", String(Math.round(100 * m.share)));
    bar.setAttribute("aria-valuetext", said(m.said));
    bar.append(fill);
    line.append(make("span", "", said(m.name)), bar, make("span", "sg-quiet", said(m.said)));
    card.append(line);
  });
  if (s.note) card.append(make("p", "sg-note", said(s.note)));
  return card;
}
