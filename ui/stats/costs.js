// Where the time of one generation went, and what another one would cost.

import { $ } from "./host.js";
import { brief, empty, make } from "./base.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

// A node has a name of its own; what is before and after them is named by the app.
const spanName = (r) => (["waiting", "fetching"].includes(r.activity) ? said(r.name) : r.name);

export function drawFall(box, v) {
  if (!v.rows.length) return box.replaceChildren(empty(said(v.empty)));
  const end = Math.max(...v.rows.map((r) => r.start + r.length), 0.001);
  const list = make("div", "fall");
  list.setAttribute("role", "list");
  list.append(...v.rows.map((r) => {
    const row = make("div", "fall-row"), track = make("div", "fall-track"), bar = make("i");
    bar.dataset.activity = r.activity;
    bar.style.left = `${(100 * r.start) / end}%`;
    bar.style.width = `max(2px, ${(100 * r.length) / end}%)`;
    track.append(bar);
    const speed = r.steps > 1 && r.length > 0 ? t("{count} steps, {rate}/s", { count: r.steps, rate: (r.steps / r.length).toPrecision(3) }) : "";
    const activity = said(r.activity), name = make("span", "fall-name", spanName(r));
    name.append(make("em", "", [activity, speed].filter(Boolean).join(" · ")));
    row.append(name, track, make("span", "fall-time", brief(r.length)));
    row.setAttribute("role", "listitem");
    const whole = { name: spanName(r), activity, start: brief(r.start), length: brief(r.length) };
    row.title = [t("{name}: {activity}, from {start} for {length}", whole), speed].filter(Boolean).join(", ");
    return row;
  }));
  const axis = make("div", "fall-row fall-axis"), ticks = make("div", "fall-ticks");
  ticks.append(...[0, 0.25, 0.5, 0.75, 1].map((f) => make("span", "", brief(f * end))));
  axis.setAttribute("aria-hidden", "true");
  axis.append(make("span"), ticks, make("span"));
  box.replaceChildren(
    list,
    axis,
    make("p", "fall-foot sg-quiet", t("{end} from the press of Generate to the image on this machine", { end: brief(end) })),
  );
}

export function wished() {
  const [width, height] = / × /.test($["wish-size"].value) ? $["wish-size"].value.split(" × ").map(Number) : [0, 0];
  return {
    series: { checkpoint: $["wish-checkpoint"].value, width, height, server: $["wish-server"].value },
    now: Math.round(Number($.now.value)),
    then: Math.round(Number($.then.value)),
  };
}

export function drawCost(box, v) {
  if (v.none) return box.replaceChildren(empty(said(v.none)));
  const number = make("p", "stats-number", v.number ? `${said(v.verb)} ` : t("It is the same."));
  if (v.number) number.append(make("b", "", said(v.number)), ` ${t("here")}`);
  const basis = [said(v.basis), said(v.batch)].join(" ");
  box.replaceChildren(number, make("p", "", said(v.sentence)), make("p", "sg-note", basis));
}
