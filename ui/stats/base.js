// The Stats tab. What is shown comes from ui/stats/…; text is only ever set as text.

import { decimal, grouped, plural } from "../shell/count.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

export const SLOW = 1000;         // milliseconds after which a panel says that it is still counting
const SHOWN_ROWS = 10;     // rows of a table before "Show all"

export const make = (tag, name, text) => {
  const e = document.createElement(tag);
  if (name) e.className = name;
  if (text !== undefined) e.textContent = text;
  return e;
};
export const brief = (s) =>
  s < 0.0995
    ? t("{n} ms", { n: Math.round(s * 1000) })
    : s < 90
      ? t("{n} s", { n: decimal(s, s < 9.95 ? 2 : 1) })
      : t("{minutes} min {seconds} s", { minutes: Math.floor(s / 60), seconds: Math.round(s % 60) });
export const empty = (sentence) => make("p", "stats-empty", sentence);

// The first of many, and a button that shows them all.
export function fold(box, items, shown) {
  box.replaceChildren(...items.slice(0, shown));
  if (items.length <= shown) return;
  const last = make(box.tagName === "UL" ? "li" : "div", "stats-rest"),
    more = make("button", "stats-more", t("Show all {count}", { count: items.length }));
  more.type = "button";
  more.onclick = () => { fold(box, items, items.length); items[shown].querySelector("button, summary").focus(); };
  last.append(more);
  box.append(last);
}

// A row of radio buttons that looks like one switch. `choices` are [value, name].
let switches = 0;
export function fillSwitch(box, choices, chosen, changed) {
  const group = `stats-switch-${(switches += 1)}`;
  box.replaceChildren(...choices.map(([value, name]) => {
    const label = make("label"), input = make("input");
    input.type = "radio";
    input.name = group;
    input.value = String(value);
    input.checked = value === chosen;
    input.onchange = () => changed(value);
    label.append(input, make("span", "", name));
    return label;
  }));
}

export function chip(name, pressed) {
  const button = make("button", "stats-chip", name);
  button.type = "button";
  if (pressed !== undefined) button.setAttribute("aria-pressed", String(pressed));
  return button;
}

export function fillSelect(select, choices, chosen) {
  select.replaceChildren(...choices.map(([value, name]) => {
    const option = make("option", "", name);
    option.value = value;
    option.selected = value === chosen;
    return option;
  }));
}

// A table: columns {title, number, hint}; cells [sort by, text, whole text].
export function drawTable(box, value, sentence, lines = SHOWN_ROWS) {
  if (!value.rows.length) return box.replaceChildren(empty(sentence));
  const state = (box.state = box.state || { by: -1, down: true, all: false });
  const order = value.rows.map((cells, n) => [cells, n]);
  if (state.by >= 0 && state.by < value.columns.length) {
    const turn = state.down ? -1 : 1;
    order.sort(([a, m], [b, n]) => {
      const x = a[state.by][0], y = b[state.by][0];
      if (x === y) return m - n;
      if (x === null || y === null) return x === null ? 1 : -1;
      return (x < y ? -1 : 1) * turn;
    });
  }
  const again = () => drawTable(box, value, sentence, lines);
  const table = make("table"), head = make("thead"), line = make("tr"), body = make("tbody");
  value.columns.forEach((column, n) =>
    line.append(
      heading(column, n, state, () => {
        again();
        box.querySelectorAll("th button")[n].focus();
      }),
    ),
  );
  head.append(line);
  const kept = state.all ? order : order.slice(0, lines);
  body.append(...kept.map(([cells]) => {
    const row = make("tr");
    row.append(...cells.map(([, text, whole], n) => {
      const cell = make("td", value.columns[n].number ? "stats-figure" : "", text);
      if (whole && whole !== text) cell.title = whole;
      return cell;
    }));
    return row;
  }));
  table.append(head, body);
  const scroll = make("div", "stats-scroll");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", t("Table: {title}", { title: box.closest(".stats-box").querySelector("h2").textContent }));
  scroll.append(table);
  box.replaceChildren(scroll);
  if (order.length > lines) {
    const more = make(
      "button",
      "stats-more",
      state.all ? t("Show fewer") : t("Show all {count}", { count: grouped(order.length) }),
    );
    more.type = "button";
    more.onclick = () => { state.all = !state.all; again(); };
    box.append(more);
  }
  if (value.more) box.append(make("p", "sg-note", t("and {rows} more in the files", { rows: plural(value.more, "row") })));
}

function heading(column, n, state, again) {
  const cell = make("th", column.number ? "stats-figure" : ""), button = make("button", "", said(column.title));
  cell.scope = "col";
  button.type = "button";
  button.title = column.hint ? t("{hint}; click to sort", { hint: said(column.hint) }) : t("Click to sort");
  if (state.by === n) {
    cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    button.append(make("i", "", state.down ? " ↓" : " ↑"));
  }
  button.onclick = () => {
    state.down = state.by === n ? !state.down : column.number;
    state.by = n;
    again();
  };
  cell.append(button);
  return cell;
}

// A divided bar with its legend: parts {name, share, said}.
export function drawShares(box, parts, kind, sentence) {
  if (!parts.length) return box.replaceChildren(empty(sentence));
  const bar = make("div", "stats-bar"), list = make("ul", "stats-legend");
  bar.setAttribute("aria-hidden", "true");
  parts.forEach((p) => {
    const piece = make("i"), dot = make("i"), line = make("li");
    piece.dataset[kind] = dot.dataset[kind] = p.name;
    piece.title = `${said(p.name)}: ${said(p.said)}`;
    piece.style.flexGrow = String(Math.max(p.share, 0.004));
    bar.append(piece);
    line.append(
      dot,
      make("span", "", said(p.name)),
      make("b", "", `${decimal(100 * p.share, p.share < 0.1 ? 1 : 0)} %`),
      make("span", "sg-quiet", said(p.said)),
    );
    list.append(line);
  });
  box.replaceChildren(bar, list);
}
