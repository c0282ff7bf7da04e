// Arranging a form: what stands at the top, in which order, under which names and limits.

import { ask, h, show } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { draft } from "./checking.js";
import { complain, draw } from "./open.js";
import { words } from "./field_values.js";
import { t } from "../words/words.js";

const MOST_ROWS = 150;
let rows = [];             // {f, shown, label, least, most}, in order

export function arrange() {
  now.arranging = true;
  rows = now.view.fields.map((f) => ({
    f,
    shown: f.first,
    label: f.label,
    least: words(f.least),
    most: words(f.most),
  }));
  drawArranging();
  drawRows("");
}

export async function arranged() {
  const looks = rows.map((r) => ({
    key: r.f.key, shown: r.shown, label: r.f.own && r.label === r.f.own.label ? "" : r.label,
    least: limit(r, "least"), most: limit(r, "most"),
  }));
  const answer = await ask(() => host.server.wf_arrange({ ...draft(), looks }));
  if (answer.error) { complain(answer.error); return false; }
  draw(answer);
  $.arrange.focus();
  return true;
}

const limit = (r, name) => (r.f.own && words(r.f.own[name]) === r[name] ? "" : r[name]);

export function drawArranging() {
  $.arrange.textContent = now.arranging ? t("Done") : t("Arrange");
  $.arrange.setAttribute("aria-pressed", String(now.arranging));
  show($.arranging, now.arranging);
  show($.arrangeHint, now.arranging);
  for (const e of [$.first, $.many]) show(e, !now.arranging);
  show($.rest, !now.arranging && Boolean(now.view && now.view.fields.some((f) => !f.first)));
}

function drawRows(query) {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  const top = rows.filter((r) => r.shown);
  const rest = rows.filter(
    (r) => !r.shown && wanted.every((w) => `${r.label} ${r.f.group}`.toLowerCase().includes(w)),
  );
  const find = h("input", {
    type: "search",
    class: "wf-input",
    value: query,
    placeholder: t("Search what is folded away"),
    "aria-label": t("Search what is folded away"),
    oninput: () => {
      drawRows(find.value);
      $.arranging.querySelector("input[type=search]").focus();
    },
  });
  const more = rest.length - MOST_ROWS;
  $.arranging.replaceChildren(
    h("h3", {}, t("At the top")), ...top.map((r) => row(r, top)),
    top.length ? "" : h("p", { class: "wf-hint" }, t("Nothing: tick something below.")),
    h("h3", {}, t("Folded away")), find, ...rest.slice(0, MOST_ROWS).map((r) => row(r, null)),
    more > 0 ? h("p", { class: "wf-hint" }, t("{more} more: search for them.", { more })) : "");
  const end = find.value.length;
  if (query) find.setSelectionRange(end, end);
}

function row(r, top) {
  const query = () => ($.arranging.querySelector("input[type=search]") || {}).value || "";
  const tick = h("input", { type: "checkbox", "aria-label": t("{label} ({group}) at the top", { label: r.label, group: r.f.group }), onchange: () => {
    r.shown = tick.checked;
    rows = rows.filter((one) => one !== r);
    const after = rows.map((one) => one.shown).lastIndexOf(true) + 1;
    rows.splice(after, 0, r);
    drawRows(query());
    focusRow(r);
  } });
  tick.checked = r.shown;
  const name = h("input", {
    type: "text",
    class: "wf-input",
    value: r.label,
    "data-limit": 120,
    "aria-label": t("Name of {group}: {label}", { group: r.f.group, label: r.f.own ? r.f.own.label : r.label }),
    oninput: () => {
      r.label = name.value;
    },
  });
  const move = (by) => {
    const other = top[top.indexOf(r) + by];
    if (!other) return;
    const [a, b] = [rows.indexOf(r), rows.indexOf(other)];
    [rows[a], rows[b]] = [rows[b], rows[a]];
    drawRows(query());
    focusRow(r, by < 0 ? "up" : "down");
  };
  const moves = top
    ? h(
        "div",
        { class: "wf-moves" },
        h(
          "button",
          {
            type: "button",
            title: t("Up"),
            "data-move": "up",
            "aria-label": t("Move {label} up", { label: r.label }),
            onclick: () => move(-1),
          },
          "↑",
        ),
        h(
          "button",
          {
            type: "button",
            title: t("Down"),
            "data-move": "down",
            "aria-label": t("Move {label} down", { label: r.label }),
            onclick: () => move(1),
          },
          "↓",
        ),
      )
    : h("span", {});
  const box = h(
    "div",
    { class: "wf-row", "data-key": r.f.key, draggable: top ? "true" : null },
    tick,
    name,
    moves,
    h("span", { class: "wf-some" }, r.f.group),
    top && ["whole", "number"].includes(r.f.kind) ? bounds(r) : "",
  );
  if (top) draggable(box, r);
  return box;
}

function bounds(r) {
  const input = (key, label) => {
    const e = h("input", {
      type: "number",
      step: "any",
      class: "wf-input",
      value: r[key],
      "aria-label": `${r.label}: ${label}`,
      oninput: () => {
        r[key] = e.value;
      },
    });
    return e;
  };
  return h("div", { class: "wf-limits" }, t("from"), input("least", t("the least")), t("to"), input("most", t("the most")));
}

function focusRow(r, which) {
  const box = [...$.arranging.querySelectorAll(".wf-row")].find((e) => e.dataset.key === r.f.key);
  if (!box) return;
  (which ? box.querySelector(`[data-move=${which}]`) : box.querySelector("input")).focus();
}

let dragged = null;
function draggable(box, r) {
  box.addEventListener("dragstart", (e) => {
    if (e.target !== box) return;
    dragged = r;
    box.dataset.dragged = "true";
    e.dataTransfer.effectAllowed = "move";
  });
  box.addEventListener("dragend", () => { dragged = null; delete box.dataset.dragged; });
  box.addEventListener("dragover", (e) => { if (dragged) e.preventDefault(); });
  box.addEventListener("drop", (e) => {
    if (!dragged || dragged === r) return;
    e.preventDefault();
    e.stopPropagation();
    rows = rows.filter((one) => one !== dragged);
    rows.splice(rows.indexOf(r), 0, dragged);
    drawRows("");
  });
}
