// The form as a whole: what stands first, what is folded away by node, what is wrong.

import { h, show } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { edit } from "./field_values.js";
import { widget } from "./widgets.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

export function drawForm() {
  now.widgets = new Map();
  const first = now.view.fields.filter((f) => f.first), rest = now.view.fields.filter((f) => !f.first);
  $.first.replaceChildren(...first.map(widget));
  if (!now.view.fields.length)
    $.first.append(
      h("p", { class: "wf-hint" }, t("Nothing of this workflow can be set here. It can be run as it is.")),
    );
  const groups = new Map();
  rest.forEach((f) => groups.set(f.node, [...(groups.get(f.node) || []), f]));
  $.groups.replaceChildren(...[...groups.values()].map(group));
  $.restTitle.textContent = t("All other settings ({count})", { count: rest.length });
  show($.rest, rest.length > 0);
  $.rest.open = !first.length;
  $.search.value = "";
  show($.nothing, false);
}

// Fields of a node are made when it is opened: most never are.
function group(fields) {
  const inside = h("div", { class: "wf-fields" });
  const more = [...new Set(fields.map((f) => f.label))].slice(0, 4).join(", ");
  const box = h("details", { class: "wf-group", "data-node": fields[0].node, ontoggle: () => fill() },
    h("summary", {}, h("span", { class: "wf-node" }, fields[0].group), h("span", { class: "wf-some" }, more)), inside);
  function fill() {
    if (box.open && !inside.children.length) { inside.replaceChildren(...fields.map(widget)); problemsAt(); }
  }
  box.fields = fields;
  box.fill = () => { box.open = true; fill(); };
  return box;
}

export function search() {
  const wanted = $.search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  [...$.groups.children].forEach((box) => {
    const hits = box.fields.filter((f) =>
      wanted.every((w) => `${f.label} ${f.group} ${f.key}`.toLowerCase().includes(w)),
    );
    show(box, hits.length > 0);
    found += hits.length;
    if (!wanted.length) {
      box.open = false;
      [...box.querySelectorAll(".wf-field")].forEach((e) => show(e, true));
      return;
    }
    if (!hits.length) return;
    if (found <= 60) box.fill();
    const keys = new Set(hits.map((f) => f.key));
    [...box.querySelectorAll(".wf-field")].forEach((e) => show(e, keys.has(e.dataset.key)));
  });
  show($.nothing, wanted.length > 0 && !found);
}

// Opens what a field is folded into, and goes there.
export function reveal(key) {
  if (!now.widgets.has(key)) {
    const box = [...$.groups.children].find((b) => b.fields.some((f) => f.key === key));
    if (!box) return;
    $.search.value = "";
    search();
    $.rest.open = true;
    box.fill();
  }
  const w = now.widgets.get(key);
  for (let e = w.box.parentElement; e && e !== host.element; e = e.parentElement)
    if (e.tagName === "DETAILS") e.open = true;
  w.box.scrollIntoView({ block: "center" });
  w.focus();
}

export function under(key, sentence, ...more) {
  const w = now.widgets.get(key);
  if (!w) return;
  w.box.querySelector(".wf-under").append(h("p", { class: "wf-wrong", role: "alert" }, sentence, ...more));
}

function take(key, name) {
  const f = now.view.fields.find((one) => one.key === key);
  edit(f, name);
  const w = now.widgets.get(key);
  if (w) w.set(name);
}

const nearest = (p) =>
  p.nearest
    ? h(
        "button",
        { type: "button", class: "wf-nearest", onclick: () => take(p.key, p.nearest) },
        t("Use “{nearest}”", { nearest: p.nearest }),
      )
    : null;

function problemsAt() {
  now.widgets.forEach((w) => { w.box.querySelector(".wf-under").replaceChildren(); delete w.box.dataset.wrong; });
  now.view.problems.forEach((p) => {
    const w = now.widgets.get(p.key);
    if (w) { w.box.dataset.wrong = "true"; under(p.key, said(p.says), nearest(p)); }
  });
}

export function drawProblems() {
  const above = now.view.problems.filter(
    (p) => !now.widgets.has(p.key) || !now.view.fields.find((f) => f.key === p.key).first,
  );
  $.problems.replaceChildren(...above.map((p) => {
    const known = now.view.fields.some((f) => f.key === p.key);
    return h(
      "li",
      {},
      h("span", {}, said(p.says)),
      nearest(p),
      known ? h("button", { type: "button", class: "wf-nearest", onclick: () => reveal(p.key) }, t("Show")) : null,
    );
  }));
  show($.problems, above.length > 0);
  now.missing?.of(now.view.wanted || {});
  problemsAt();
}

export function drawNotes() {
  $.notesTitle.textContent =
    now.view.notes.length === 1
      ? t("1 remark about this workflow")
      : t("{count} remarks about this workflow", { count: now.view.notes.length });
  $.notesList.replaceChildren(...now.view.notes.map((n) => h("li", {}, said(n))));
  show($.notes, now.view.notes.length > 0);
}
