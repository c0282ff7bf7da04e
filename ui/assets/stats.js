// The Stats tab's panels. `value` comes from ui/stats.py; text is only ever set as text.
const box = element.querySelector(".stats-PANEL");
const make = (tag, name, text) => {
  const e = document.createElement(tag);
  if (name) e.className = name;
  if (text !== undefined) e.textContent = text;
  return e;
};
const brief = (s) => (s < 0.0995 ? `${Math.round(s * 1000)} ms` : s < 9.95 ? `${s.toFixed(2)} s` : s < 90 ? `${s.toFixed(1)} s` : `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`);

const panels = {
  overview(v) {
    return (v.cards || []).map(([name, number, more]) => {
      const card = make("div", "stats-card");
      card.append(make("p", "stats-name", name), make("p", "stats-number", number), make("p", "sg-quiet", more));
      return card;
    });
  },

  shares(v) {
    return [["What became of them", v.outcomes, "outcome"], ["Where the time goes", v.time, "activity"]].flatMap(([title, parts, kind]) => {
      const head = make("h2", "", title);
      if (!parts || !parts.length) return [head, make("p", "sg-quiet", "Nothing yet in this period.")];
      const bar = make("div", "stats-bar"), list = make("ul", "stats-legend");
      bar.setAttribute("aria-hidden", "true");
      parts.forEach((p) => {
        const piece = make("i");
        piece.dataset[kind] = p.name;
        piece.style.flexGrow = String(Math.max(p.share, 0.004));
        bar.append(piece);
        const line = make("li");
        const dot = make("i");
        dot.dataset[kind] = p.name;
        line.append(dot, make("span", "", p.name), make("b", "", `${(100 * p.share).toFixed(p.share < 0.1 ? 1 : 0)} %`), make("span", "sg-quiet", p.said));
        list.append(line);
      });
      return [head, bar, list];
    });
  },

  waterfall(v) {
    if (!v.rows) return [];
    if (!v.rows.length) return [make("p", "sg-quiet", v.empty)];
    const end = Math.max(...v.rows.map((r) => r.start + r.length), 0.001);
    const rows = v.rows.map((r) => {
      const row = make("div", "fall-row"), track = make("div", "fall-track"), bar = make("i");
      bar.dataset.activity = r.activity;
      bar.style.left = `${(100 * r.start) / end}%`;
      bar.style.width = `max(2px, ${(100 * r.length) / end}%)`;
      track.append(bar);
      const speed = r.steps > 1 && r.length > 0 ? `, ${r.steps} steps, ${(r.steps / r.length).toPrecision(3)}/s` : "";
      row.append(make("span", "fall-name", r.name), track, make("span", "fall-time", brief(r.length)));
      row.setAttribute("role", "listitem");
      row.title = `${r.name}: ${r.activity}, from ${brief(r.start)} for ${brief(r.length)}${speed}`;
      if (speed) row.querySelector(".fall-name").append(make("em", "", speed.slice(2)));
      return row;
    });
    const list = make("div", "fall");
    list.setAttribute("role", "list");
    list.append(...rows);
    const foot = make("p", "fall-foot sg-quiet", `${brief(end)} from the press of Generate to the picture on this machine`);
    return [list, foot];
  },

  errors(v) {
    const head = make("h2", "", "Recent errors");
    if (!v.rows || !v.rows.length) return [head, make("p", "sg-quiet", "None in this period.")];
    return [head, ...v.rows.map((r) => {
      const item = make("details", "error-item"), line = make("summary");
      line.append(make("span", "error-when", r.when), make("span", "", r.sentence || "No reason was given."));
      item.append(line);
      if (r.node) item.append(make("p", "sg-quiet", `Node: ${r.node}`));
      item.append(make("pre", "", r.detail || "The server said no more."));
      return item;
    })];
  },
};

const draw = () => box.replaceChildren(...panels.PANEL(props.value || {}));
watch("value", draw);
draw();
