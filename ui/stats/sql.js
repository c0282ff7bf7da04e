// The SQL box.

import { ask, show } from "../shell/dom.js";
import { $, host } from "./host.js";
import { chip, drawTable, empty, make } from "./base.js";
import { offset, panels } from "./panels.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

let answered = null;       // columns and rows on the screen
let running = false;

async function runSql() {
  const sql = $.sql.value.trim();
  if (!sql || running) return;
  running = true;
  $.run.disabled = true;
  $.ran.textContent = t("Running…");
  show($["sql-error"], false);
  const answer = await ask(() => host.server.st_sql({ sql, offset: offset() }));
  running = false;
  $.run.disabled = false;
  $.ran.textContent = said(answer.said || "");
  show($["sql-error"], Boolean(answer.error));
  $["sql-error"].textContent = said(answer.error || "");
  if (answer.error) return;
  answered = answer.table;
  $.answer.state = undefined;
  drawTable($.answer, answered, t("The answer has no rows."), 20);
  show($["sql-csv"], answered.rows.length > 0);
}

const FORMULA = /^[=+\-@\t\r]/; // what a spreadsheet would run
const inert = (text) => (FORMULA.test(text) ? `'${text}` : text);
const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function saveCsv() {
  const lines = [
    answered.columns.map((c) => c.title),
    ...answered.rows.map((cells) =>
      cells.map(([, , whole], n) => (answered.columns[n].number ? whole : inert(whole))),
    ),
  ];
  const blob = new Blob([lines.map((line) => line.map(quoted).join(",")).join("\r\n"), "\r\n"], { type: "text/csv" });
  const link = make("a");
  link.href = URL.createObjectURL(blob);
  link.download = "stepglass-answer.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function tableOf({ name, columns }) {
  const item = make("div"), list = make("ul");
  list.append(...columns.map(([column, kind]) => {
    const line = make("li");
    line.append(make("code", "", column), make("span", "sg-quiet", kind));
    return line;
  }));
  item.append(make("h3", "", name), list);
  return item;
}

export function setUp() {
  panels.examples = {
    draw(v) {
      $.examples.replaceChildren(...v.examples.map(([title, sql]) => {
        const button = chip(said(title));
        button.onclick = () => { $.sql.value = sql; runSql(); };
        return button;
      }));
    },
  };
  $.schema.addEventListener("toggle", async () => {
    if (!$.schema.open || $.tables.childElementCount) return;
    $.tables.replaceChildren(empty(t("Looking…")));
    const answer = await ask(() => host.server.st_tables({}));
    $.tables.replaceChildren(...(answer.error ? [empty(said(answer.error))] : answer.tables.map(tableOf)));
    if (answer.error) $.schema.open = false;
  });
  $.run.onclick = runSql;
  $["sql-csv"].onclick = saveCsv;
  $.sql.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey)) return;
    e.preventDefault();
    e.stopPropagation();
    runSql();
  });
}
