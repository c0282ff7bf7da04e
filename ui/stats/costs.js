// Where the time of one generation went, and what another one would cost.

import { $ } from "./host.js";
import { brief, empty, make } from "./base.js";

export function drawFall(box, v) {
  if (!v.rows.length) return box.replaceChildren(empty(v.empty));
  const end = Math.max(...v.rows.map((r) => r.start + r.length), 0.001);
  const list = make("div", "fall");
  list.setAttribute("role", "list");
  list.append(...v.rows.map((r) => {
    const row = make("div", "fall-row"), track = make("div", "fall-track"), bar = make("i");
    bar.dataset.activity = r.activity;
    bar.style.left = `${(100 * r.start) / end}%`;
    bar.style.width = `max(2px, ${(100 * r.length) / end}%)`;
    track.append(bar);
    const speed = r.steps > 1 && r.length > 0 ? `${r.steps} steps, ${(r.steps / r.length).toPrecision(3)}/s` : "";
    const name = make("span", "fall-name", r.name);
    name.append(make("em", "", [r.activity, speed].filter(Boolean).join(" · ")));
    row.append(name, track, make("span", "fall-time", brief(r.length)));
    row.setAttribute("role", "listitem");
    row.title = `${r.name}: ${r.activity}, from ${brief(r.start)} for ${brief(r.length)}${speed && `, ${speed}`}`;
    return row;
  }));
  const axis = make("div", "fall-row fall-axis"), ticks = make("div", "fall-ticks");
  ticks.append(...[0, 0.25, 0.5, 0.75, 1].map((f) => make("span", "", brief(f * end))));
  axis.setAttribute("aria-hidden", "true");
  axis.append(make("span"), ticks, make("span"));
  box.replaceChildren(
    list,
    axis,
    make("p", "fall-foot sg-quiet", `${brief(end)} from the press of Generate to the image on this machine`),
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
  if (v.none) return box.replaceChildren(empty(v.none));
  const number = make("p", "stats-number", v.number ? `${v.verb} ` : "It is the same.");
  if (v.number) number.append(make("b", "", v.number), " here");
  box.replaceChildren(number, make("p", "", v.sentence), make("p", "sg-note", v.basis));
}
