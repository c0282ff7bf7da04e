// Widgets of a workflow's form, one a field. Text is only ever set as text.

import { about } from "../shell/about.js";
import { h } from "../shell/dom.js";
import { longChoice } from "./choice.js";
import { now } from "./host.js";
import { edit, list, standard, words } from "./field_values.js";
import { file } from "./files.js";
import { changed, chosen } from "./checking.js";
import { seed } from "./seed.js";
import { t } from "../words/words.js";

let serial = 0;

function limits(f) {
  if (f.least === null && f.most === null) return "";
  if (f.least === null) return t("At most {most}.", { most: f.most });
  if (f.most === null) return t("At least {least}.", { least: f.least });
  return t("From {least} to {most}.", { least: f.least, most: f.most });
}

// Label, help, a way back to the default, and the widget itself.
export function widget(f) {
  const id = `wf-${(serial += 1)}`;
  const make = MAKERS[f.kind] || MAKERS.text;
  const inner = make(f, id);
  const before =
    f.kind === "seed" || (f.value !== null && typeof f.value === "object")
      ? ""
      : t("Default: {value}.", { value: words(f.value).slice(0, 80) || t("empty") });
  const help = [f.help, ["whole", "number", "seed"].includes(f.kind) ? limits(f) : "", before]
    .filter(Boolean)
    .join(" ");
  const { button: ask, said } = about(f.label, help, `${id}-help`);
  const reset = h(
    "button",
    {
      type: "button",
      class: "wf-reset",
      title: t("Back to the default"),
      "aria-label": t("{label}: back to the default", { label: f.label }),
      onclick: () => {
        delete now.edits[f.key];
        inner.set(f.value);
        box.dataset.edited = "false";
        if (f.dynamic) chosen(f.key);
        else changed();
      },
    },
    "↺",
  );
  const name = inner.group
    ? h("span", { class: "wf-label", id: `${id}-label` }, f.label)
    : h("label", { class: "wf-label", for: id }, f.label);
  const top = h("div", { class: "wf-top" }, name, reset, ask);
  const box = h(
    "div",
    {
      class: `wf-field${inner.wide || f.label.length > 26 ? " wf-wide" : ""}`,
      "data-key": f.key,
      "data-kind": f.kind,
      "data-edited": String(f.key in now.edits),
      role: inner.group ? "group" : null,
      "aria-labelledby": inner.group ? `${id}-label` : null,
    },
    inner.switch ? null : top,
    inner.switch ? h("div", { class: "wf-top" }, inner.element, reset, ask) : inner.element,
    said,
    h("div", { class: "wf-under" }),
  );
  const w = {
    box,
    field: f,
    set: inner.set,
    focus: () =>
      (
        box.querySelector("input:not([type=file]), select, textarea") ||
        box.querySelector("button") ||
        box
      ).focus(),
  };
  now.widgets.set(f.key, w);
  return box;
}

const MAKERS = {
  text: (f, id) => line(f, id, {}),
  colour: (f, id) => {
    const pick = h("input", {
      type: "color",
      class: "wf-colour",
      "aria-label": t("{label}: pick", { label: f.label }),
      oninput: () => {
        input.value = pick.value;
        edit(f, pick.value);
      },
    });
    const input = h("input", {
      id,
      type: "text",
      class: "wf-input",
      oninput: () => {
        set(input.value);
        edit(f, input.value);
      },
    });
    const set = (v) => { input.value = words(v); if (/^#[0-9a-f]{6}$/i.test(words(v))) pick.value = words(v); };
    set(standard(f));
    return { element: h("div", { class: "wf-line" }, pick, input), set };
  },
  prompt: (f, id) => {
    const area = h("textarea", {
      id,
      class: "wf-input",
      rows: f.label.startsWith("Negative") ? 2 : 3,
      "data-limit": 100000,
      oninput: () => {
        grow();
        edit(f, area.value);
      },
    });
    const grow = () => {
      area.style.height = "auto";
      area.style.height = `${Math.max(f.height, Math.min(320, area.scrollHeight + 2))}px`;
    };
    const set = (v) => { area.value = words(v); if (area.isConnected) grow(); };
    set(standard(f));
    if (f.height) area.style.height = `${f.height}px`;
    requestAnimationFrame(() => { if (area.offsetParent) grow(); });
    return { element: area, set, wide: true };
  },
  whole: (f, id) => numeric(f, id),
  number: (f, id) => numeric(f, id),
  switch: (f, id) => {
    const input = h("input", { id, type: "checkbox", role: "switch", onchange: () => edit(f, input.checked) });
    const set = (v) => { input.checked = v === true || v === "true"; };
    set(standard(f));
    return { element: h("label", { class: "wf-switch", for: id }, input, h("span", {}, f.label)), set, switch: true };
  },
  choice: (f, id) => (list(f).length > 12 ? longChoice(f, id) : select(f, id)),
  choices: (f) => {
    const boxes = list(f)
      .slice(0, 300)
      .map((name) =>
        h(
          "label",
          { class: "wf-check" },
          h("input", { type: "checkbox", value: name, onchange: take }),
          h("span", {}, name),
        ),
      );
    function take() { edit(f, boxes.map((b) => b.firstChild).filter((b) => b.checked).map((b) => b.value)); }
    const set = (v) =>
      boxes.forEach((b) => {
        b.firstChild.checked = (Array.isArray(v) ? v.map(words) : [words(v)]).includes(b.firstChild.value);
      });
    set(standard(f));
    return { element: h("div", { class: "wf-checks" }, ...boxes), set, wide: true, group: true };
  },
  seed,
  image: (f, id) => file(f, id, "image/*"),
  video: (f, id) => file(f, id, "video/*"),
  audio: (f, id) => file(f, id, "audio/*"),
};

function line(f, id, attributes) {
  const input = h("input", {
    id,
    type: "text",
    class: "wf-input",
    "data-limit": 100000,
    oninput: () => edit(f, input.value),
    ...attributes,
  });
  const set = (v) => { input.value = words(v); };
  set(standard(f));
  return { element: input, set, wide: words(f.value).length > 18 || f.kind === "text" };
}

function numeric(f, id) {
  const range = { step: f.step || "any", min: f.least, max: f.most };
  const input = h("input", {
    id,
    type: "number",
    class: "wf-input wf-number",
    inputmode: "decimal",
    ...range,
    oninput: () => {
      if (slider) slider.value = input.value;
      edit(f, take(input.value));
    },
  });
  const slider = f.slider
    ? h("input", {
        type: "range",
        ...range,
        tabindex: "-1",
        "aria-hidden": "true",
        oninput: () => {
          input.value = slider.value;
          edit(f, take(slider.value));
        },
      })
    : null;
  const take = (v) => (v === "" ? "" : Number.isSafeInteger(Number(v)) || f.kind === "number" ? Number(v) : v);
  const set = (v) => { input.value = words(v); if (slider) slider.value = words(v); };
  set(standard(f));
  return { element: slider ? h("div", { class: "wf-line" }, slider, input) : input, set };
}

function select(f, id) {
  const box = h("select", { id, class: "wf-input", onchange: () => edit(f, box.value) });
  const set = (v) => {
    const names = list(f), value = words(v);
    box.replaceChildren(
      ...(names.includes(value) ? names : [value, ...names]).map((n) => h("option", { value: n }, n || "–")),
    );
    box.value = value;
  };
  set(standard(f));
  return { element: h("div", { class: "combo" }, box), set, wide: list(f).some((n) => n.length > 30) };
}
