// How many are made of one press: copies, choices in prompts, a grid over two fields.

import { ask, h, show } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { changed, draft } from "./checking.js";
import { complain } from "./open.js";
import { list, words } from "./field_values.js";
import { forecastSaid } from "../words/forecast.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

const HINTS = {
  whole: t("10, 20, 30 or 10-50 (+10)"), number: t("6, 7.5 or 0.2:0.8:0.1"), seed: t("1, 2, 3 or 1-4"), switch: t("on, off"),
  choice: t("names, with commas between"), prompt: t("texts, with commas between; \"quotes\" keep a comma"),
};
const MOST_TAKEN = 24;     // choices that "All" puts on an axis

const keepMany = (name, value) => {
  if (value === "" || value === null) delete now.many[name]; else now.many[name] = value;
  changed();
};

export function drawMany() {
  const axis = (name, title) => {
    const takes = now.view.fields.filter((f) => !["image", "video", "audio", "choices"].includes(f.kind));
    const titled = (f) => (f.first ? f.label : `${f.label} · ${f.group}`);
    const pick = h(
      "select",
      {
        id: `wf-axis-${name}`,
        class: "wf-input",
        onchange: () => {
          keepMany(name, pick.value);
          fit();
        },
      },
      h("option", { value: "" }, "–"),
      ...takes.map((f) => h("option", { value: f.key }, titled(f))),
    );
    const values = h("input", {
      id: `wf-axis-${name}-values`,
      type: "text",
      class: "wf-input",
      "data-limit": 20000,
      value: now.many[`${name}s`] || "",
      oninput: () => keepMany(`${name}s`, values.value),
    });
    const all = h("button", { type: "button", class: "sg-button wf-small", onclick: () => {
      values.value = list(chosen())
        .slice(0, MOST_TAKEN)
        .map((n) => (/[,"]/.test(n) ? `"${n.replace(/"/g, '""')}"` : n))
        .join(", ");
      keepMany(`${name}s`, values.value);
    } }, t("All"));
    const chosen = () => now.view.fields.find((f) => f.key === pick.value);
    const fit = () => {
      const f = chosen();
      show(line, Boolean(f));
      show(all, Boolean(f && list(f).length));
      values.placeholder = (f && HINTS[f.kind]) || t("values, with commas between");
    };
    const line = h(
      "div",
      { class: "wf-field wf-wide" },
      h(
        "label",
        { class: "wf-label", for: values.id },
        name === "x" ? t("Values from left to right") : t("Values from top to bottom"),
      ),
      h("div", { class: "wf-line" }, values, all),
    );
    pick.value = takes.some((f) => f.key === now.many[name]) ? now.many[name] : "";
    fit();
    return [
      h(
        "div",
        { class: "wf-field wf-wide" },
        h("label", { class: "wf-label", for: pick.id }, title),
        h("div", { class: "combo" }, pick),
      ),
      line,
    ];
  };
  const count = h("input", {
    id: "wf-prompts",
    type: "number",
    class: "wf-input wf-number",
    min: 1,
    max: 100,
    step: 1,
    value: now.many.prompts || 1,
    oninput: () => keepMany("prompts", count.value),
  });
  const flag = (id, name, label, on) => {
    const input = h("input", { id, type: "checkbox", role: "switch", onchange: () => keepMany(name, input.checked) });
    input.checked = on;
    return h("label", { class: "wf-switch wf-wide", for: id }, input, h("span", {}, label));
  };
  const known = now.view.wildcards.length
    ? t("Known: {names}", {
        names: now.view.wildcards.slice(0, 12).map((n) => `__${n}__`).join(", ")
          + (now.view.wildcards.length > 12 ? " …" : ""),
      })
    : t("Make lists under Wildcards on Generate: one called “colour” is __colour__.");
  $.manyFields.replaceChildren(
    h("div", { class: "wf-field" }, h("label", { class: "wf-label", for: count.id }, t("Number of each")), count),
    flag("wf-matrix", "matrix", t("Every combination of choices in prompts: {red|blue}"), now.many.matrix === true),
    flag("wf-every", "every", t("Every line of a wildcard, not one at random"), now.many.every === true),
    h("p", { class: "wf-hint wf-wide" }, known),
    ...axis("x", t("Grid: columns over")), ...axis("y", t("Grid: rows over")),
    h("p", { class: "wf-wrong wf-wide", "data-many": "error", role: "alert", hidden: true }));
  if (Object.keys(now.many).some((k) => ["x", "y"].includes(k)) || Number(now.many.prompts) > 1) $.many.open = true;
}

export function drawPlan(answer) {
  const error = $.manyFields.querySelector("[data-many=error]");
  error.textContent = said(words(answer.many_error));
  show(error, Boolean(answer.many_error));
  if (answer.many_error) $.many.open = true;
  $.plan.textContent = forecastSaid(said(words(answer.plan)));
  $.run.textContent = answer.count > 1 ? t("Generate {count}", { count: answer.count }) : t("Generate");
}

export async function sheet() {
  $.sheet.disabled = true;
  const answer = await ask(() => host.server.wf_sheet(draft()));
  $.sheet.disabled = false;
  if (answer.error) return complain(answer.error);
  h("a", { href: answer.url, download: answer.filename }).click();
}
