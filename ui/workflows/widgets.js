// Widgets of a workflow's form, one a field. Text is only ever set as text.

import { ask, h, show } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { file } from "./files.js";
import { changed, chosen } from "./open.js";

let serial = 0;

export const words = (t) => String(t ?? "");

export const standard = (f) => (f.key in now.edits ? now.edits[f.key] : f.value);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b) || words(a) === words(b);
export const list = (f) => (f.list === undefined ? [] : now.view.lists[f.list]);

export function edit(f, value) {
  if (same(value, f.value)) delete now.edits[f.key];
  else now.edits[f.key] = value;
  const w = now.widgets.get(f.key);
  if (w) w.box.dataset.edited = String(f.key in now.edits);
  if (f.dynamic) chosen(f.key); else changed();
}

function limits(f) {
  if (f.least === null && f.most === null) return "";
  if (f.least === null) return `At most ${f.most}.`;
  return f.most === null ? `At least ${f.least}.` : `From ${f.least} to ${f.most}.`;
}

// Label, help, a way back to the default, and the widget itself.
export function widget(f) {
  const id = `wf-${(serial += 1)}`;
  const make = MAKERS[f.kind] || MAKERS.text;
  const inner = make(f, id);
  const before = f.kind === "seed" || (f.value !== null && typeof f.value === "object") ? "" : `Default: ${words(f.value).slice(0, 80) || "empty"}.`;
  const help = [f.help, ["whole", "number", "seed"].includes(f.kind) ? limits(f) : "", before].filter(Boolean).join(" ");
  const said = h("p", { class: "wf-help", id: `${id}-help`, hidden: true }, help);
  const ask = h("button", {
    type: "button", class: "wf-ask", title: help, "aria-label": `About ${f.label}`, "aria-expanded": "false", "aria-controls": said.id,
    onclick: () => { said.hidden = !said.hidden; ask.setAttribute("aria-expanded", String(!said.hidden)); },
  }, "?");
  const reset = h("button", {
    type: "button", class: "wf-reset", title: "Back to the default", "aria-label": `${f.label}: back to the default`,
    onclick: () => { delete now.edits[f.key]; inner.set(f.value); box.dataset.edited = "false"; if (f.dynamic) chosen(f.key); else changed(); },
  }, "↺");
  const name = inner.group
    ? h("span", { class: "wf-label", id: `${id}-label` }, f.label)
    : h("label", { class: "wf-label", for: id }, f.label);
  const top = h("div", { class: "wf-top" }, name, reset, ask);
  const box = h("div", {
    class: `wf-field${inner.wide || f.label.length > 26 ? " wf-wide" : ""}`, "data-key": f.key, "data-kind": f.kind,
    "data-edited": String(f.key in now.edits), role: inner.group ? "group" : null, "aria-labelledby": inner.group ? `${id}-label` : null,
  }, inner.switch ? null : top, inner.switch ? h("div", { class: "wf-top" }, inner.element, reset, ask) : inner.element, said, h("div", { class: "wf-under" }));
  const w = { box, field: f, set: inner.set, focus: () => (box.querySelector("input:not([type=file]), select, textarea") || box.querySelector("button") || box).focus() };
  now.widgets.set(f.key, w);
  return box;
}

const MAKERS = {
  text: (f, id) => line(f, id, {}),
  colour: (f, id) => {
    const pick = h("input", { type: "color", class: "wf-colour", "aria-label": `${f.label}: pick`, oninput: () => { input.value = pick.value; edit(f, pick.value); } });
    const input = h("input", { id, type: "text", class: "wf-input", oninput: () => { set(input.value); edit(f, input.value); } });
    const set = (v) => { input.value = words(v); if (/^#[0-9a-f]{6}$/i.test(words(v))) pick.value = words(v); };
    set(standard(f));
    return { element: h("div", { class: "wf-line" }, pick, input), set };
  },
  prompt: (f, id) => {
    const area = h("textarea", { id, class: "wf-input", rows: f.label.startsWith("Negative") ? 2 : 3, "data-limit": 100000, oninput: () => { grow(); edit(f, area.value); } });
    const grow = () => { area.style.height = "auto"; area.style.height = `${Math.min(320, area.scrollHeight + 2)}px`; };
    const set = (v) => { area.value = words(v); if (area.isConnected) grow(); };
    set(standard(f));
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
  choice: (f, id) => (list(f).length > 12 ? combobox(f, id) : select(f, id)),
  choices: (f) => {
    const boxes = list(f).slice(0, 300).map((name) => h("label", { class: "wf-check" }, h("input", { type: "checkbox", value: name, onchange: take }), h("span", {}, name)));
    function take() { edit(f, boxes.map((b) => b.firstChild).filter((b) => b.checked).map((b) => b.value)); }
    const set = (v) => boxes.forEach((b) => { b.firstChild.checked = (Array.isArray(v) ? v.map(words) : [words(v)]).includes(b.firstChild.value); });
    set(standard(f));
    return { element: h("div", { class: "wf-checks" }, ...boxes), set, wide: true, group: true };
  },
  seed: seed,
  image: (f, id) => file(f, id, "image/*"),
  video: (f, id) => file(f, id, "video/*"),
  audio: (f, id) => file(f, id, "audio/*"),
};

function line(f, id, attributes) {
  const input = h("input", { id, type: "text", class: "wf-input", "data-limit": 100000, oninput: () => edit(f, input.value), ...attributes });
  const set = (v) => { input.value = words(v); };
  set(standard(f));
  return { element: input, set, wide: words(f.value).length > 18 || f.kind === "text" };
}

function numeric(f, id) {
  const range = { step: f.step || "any", min: f.least, max: f.most };
  const input = h("input", { id, type: "number", class: "wf-input wf-number", inputmode: "decimal", ...range, oninput: () => { if (slider) slider.value = input.value; edit(f, take(input.value)); } });
  const slider = f.slider ? h("input", { type: "range", ...range, tabindex: "-1", "aria-hidden": "true", oninput: () => { input.value = slider.value; edit(f, take(slider.value)); } }) : null;
  const take = (t) => (t === "" ? "" : Number.isSafeInteger(Number(t)) || f.kind === "number" ? Number(t) : t);
  const set = (v) => { input.value = words(v); if (slider) slider.value = words(v); };
  set(standard(f));
  return { element: slider ? h("div", { class: "wf-line" }, slider, input) : input, set };
}

function select(f, id) {
  const box = h("select", { id, class: "wf-input", onchange: () => edit(f, box.value) });
  const set = (v) => {
    const names = list(f), value = words(v);
    box.replaceChildren(...(names.includes(value) ? names : [value, ...names]).map((n) => h("option", { value: n }, n || "–")));
    box.value = value;
  };
  set(standard(f));
  return { element: h("div", { class: "wf-combobox" }, box), set, wide: list(f).some((n) => n.length > 30) };
}

// A text box over a list: typing filters, arrows walk, Enter takes.
const MOST_SHOWN = 200;
export function combobox(f, id) {
  let value = "", at = -1, options = [];
  const popup = h("ul", { class: "wf-popup", role: "listbox", id: `${id}-list`, "aria-label": f.label, hidden: true });
  const input = h("input", {
    id, type: "text", class: "wf-input wf-combo", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": popup.id,
    onfocus: () => input.select(), onclick: () => open(""), oninput: () => open(input.value), onkeydown: keys,
    onblur: () => setTimeout(() => { close(); input.value = value; }, 120),
  });
  const set = (v) => { value = words(v); input.value = value; input.title = value; };
  function open(query) {
    const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
    options = list(f).filter((n) => wanted.every((w) => n.toLowerCase().includes(w)));
    const shown = options.slice(0, MOST_SHOWN);
    popup.replaceChildren(...shown.map((n, i) => h("li", { role: "option", id: `${id}-${i}`, "aria-selected": String(n === value), onmousedown: (e) => { e.preventDefault(); take(n); } }, n)));
    if (options.length > MOST_SHOWN) popup.append(h("li", { class: "wf-more", role: "presentation" }, `${options.length - MOST_SHOWN} more: type to narrow down`));
    if (!shown.length) popup.append(h("li", { class: "wf-more", role: "presentation" }, "Nothing has these letters."));
    at = shown.indexOf(value);
    popup.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark();
  }
  function close() { popup.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); }
  function take(name) { set(name); close(); edit(f, name); }
  function mark() {
    [...popup.children].forEach((e, i) => e.classList.toggle("wf-at", i === at));
    const e = popup.children[at];
    if (!e || !e.id) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", e.id);
    e.scrollIntoView({ block: "nearest" });
  }
  function keys(e) {
    const last = Math.min(options.length, MOST_SHOWN) - 1;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (popup.hidden) return open("");
      at = e.key === "ArrowDown" ? Math.min(last, at + 1) : Math.max(0, at - 1);
      mark();
    } else if (e.key === "Enter" && !popup.hidden && !(e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      if (options[Math.max(0, at)]) take(options[Math.max(0, at)]);
    } else if (e.key === "Escape" && !popup.hidden) { e.stopPropagation(); close(); input.value = value; }
  }
  set(standard(f));
  return { element: h("div", { class: "wf-combobox" }, input, popup), set, wide: list(f).some((n) => n.length > 30) };
}

// Exact to 2^64-1: text, never a number.
const MODES = { random: "Random", fixed: "Fixed", increment: "Increment" };
function seed(f, id) {
  const mode = () => now.modes[f.key] || now.view.usual;
  const input = h("input", { id, type: "text", class: "wf-input wf-mono", inputmode: "numeric", "aria-label": `${f.label}, exact`, oninput: () => {
    if (mode() === "random") put("fixed");
    edit(f, input.value.replace(/\s/g, ""));
  } });
  const radios = Object.entries(MODES).map(([value, name]) => h("label", {}, h("input", { type: "radio", name: id, value, onchange: () => { put(value); if (value !== "random") set(standard(f)); changed(); } }), h("span", {}, name)));
  function put(value) {
    now.modes[f.key] = value;
    radios.forEach((r) => { r.firstChild.checked = r.firstChild.value === value; });
    input.placeholder = value === "random" ? "new each time" : "0 to 18446744073709551615";
    if (value === "random") input.value = "";
  }
  const set = (v) => { if (mode() !== "random") input.value = words(v); };
  put(mode());
  set(standard(f));
  return { element: h("div", { class: "wf-seed" }, h("div", { class: "wf-segments", role: "radiogroup", "aria-label": `${f.label}: how it goes on` }, ...radios), input), set, wide: true, group: true };
}
