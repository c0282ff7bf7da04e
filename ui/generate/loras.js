// The list of LoRAs beneath the model. Its value is what a request takes: name, weight, on, in order.

import { faceOf, faces } from "../faces/known.js";
import { combobox } from "../shell/combobox.js";
import { h, icon, refs, text } from "../shell/dom.js";
import { on } from "../shell/events.js";
import { toast } from "../shell/toast.js";
import { t } from "../words/words.js";
import { forget, lists } from "./choice.js";
import { added, changed, moved, open, restored, rowsOf, without } from "./lora_rows.js";

/** @typedef {import("./lora_rows.js").Row} Row */

const STEP = 0.05;
const BY = { ArrowUp: -1, ArrowDown: 1 };
const base = (/** @type {string} */ name) => name.split(/[\\/]/).at(-1);

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  const $ = /** @type {Record<string, any>} */ ({});
  refs($, host.element);
  const [least, most] = host.props.range;
  let rows = /** @type {Row[]} */ ([]), own = "";
  let known = /** @type {readonly string[] | null} */ (null);

  const names = async () => {
    known = (await lists(host)).lora || [];
    if ($.add.contains(document.activeElement)) await faces();
    return known;
  };
  const box = combobox({
    id: "lora-add", label: t("Add LoRA"), placeholder: t("Add LoRA…"),
    names: async () => open(await names(), rows),
    face: (name) => faceOf("loras", name),
    take: (name) => {
      keep(added(rows, name));
      draw();
      text($.told, t("Added {name}.", { name: base(name) }));
      box.clear();  // and is open for the next one
    },
  });

  // What is kept between loads of the page stands beside what is shown.
  function keep(/** @type {Row[]} */ now) {
    rows = now;
    own = JSON.stringify(rows);
    $.rows.dataset.held = own;
    host.props.value = rows;
    host.trigger("input", {});
  }

  function move(at, by) {
    const { rows: now, to } = moved(rows, at, by);
    if (to === at) return;
    keep(now);
    draw();
    text($.told, t("{name} is number {n} of {count}.", { name: base(now[to].name), n: to + 1, count: now.length }));
    const row = $.rows.children[to], wanted = row.querySelector(`[data-move="${by}"]`);
    (wanted.disabled ? row.querySelector("[data-move]:not(:disabled)") : wanted).focus();
  }

  function remove(at) {
    const row = rows[at];
    keep(without(rows, at));
    draw();
    (/** @type {HTMLElement} */ ($.rows.children[Math.min(at, rows.length - 1)]?.querySelector(".loras-remove"))
      || box.input).focus();
    toast(t("{name} was removed.", { name: base(row.name) }), t("Undo"), () => { keep(restored(rows, at, row)); draw(); });
  }

  const button = (label, picture, act, more = {}) => {
    const named = { "aria-label": label, title: label };
    const made = h("button", { type: "button", class: "loras-button", ...named, ...more, onclick: act });
    made.append(picture);
    return made;
  };

  function drawn(/** @type {Row} */ row, /** @type {number} */ at) {
    const name = base(row.name), set = (change) => keep(changed(rows, at, change));
    const is = h("input", {
      type: "checkbox", "aria-label": t("Use {name}", { name }), title: t("Use {name}", { name }), checked: row.on,
      onchange: (e) => { set({ on: e.target.checked }); item.dataset.off = String(!e.target.checked); },
    });
    const take = (/** @type {string} */ one) => { set({ name: one }); draw(); };
    const pick = combobox({ id: `lora-${at}`, label: t("LoRA"), free: true, names, take });
    pick.set(row.name);
    const item = h("li", {
      class: "loras-row", "data-off": String(!row.on),
      onkeydown: (e) => {
        if (!e.altKey || !(e.key in BY) || e.ctrlKey || e.metaKey) return;
        e.preventDefault();
        e.stopPropagation();  // or the page would go through the prompts of before
        move(at, BY[e.key]);
      },
    },
    h("div", { class: "loras-line" }, is, pick.element,
      button(t("Move {name} up", { name }), arrow(-1), () => move(at, -1), { "data-move": "-1", disabled: at === 0 }),
      button(t("Move {name} down", { name }), arrow(1), () => move(at, 1),
        { "data-move": "1", disabled: at === rows.length - 1 }),
      button(t("Remove {name}", { name }), icon("close"), () => remove(at), { class: "loras-button loras-remove" })),
    h("div", { class: "loras-line loras-weights" },
      ...weight(t("Strength of {name}", { name }), row.weight, (value) => set({ weight: value }))),
    "clipWeight" in row && h("div", { class: "loras-line loras-weights" }, h("span", { class: "loras-said" }, t("Text")),
      ...weight(t("Strength of {name} for the text", { name }), row.clipWeight, (value) => set({ clipWeight: value }))),
    known && !known.includes(row.name) && h("p", { class: "loras-lacks" }, t("This LoRA is not on the server.")));
    return item;
  }

  // A slider and a number, which goes beyond it.
  function weight(label, value, set) {
    const slide = h("input", { type: "range", min: least, max: most, step: STEP, value, "aria-label": label });
    const number = h("input", { type: "number", step: STEP, value, "aria-label": label });
    slide.oninput = () => { number.value = slide.value; set(Number(slide.value)); };
    number.oninput = () => {
      if (!Number.isFinite(number.valueAsNumber)) return;
      slide.value = number.value;
      set(number.valueAsNumber);
    };
    number.onblur = () => { if (!Number.isFinite(number.valueAsNumber)) number.value = slide.value; };
    return [slide, number];
  }

  function arrow(by) {
    const made = icon("up");
    if (by > 0) made.classList.add("loras-down");
    return made;
  }

  function draw() {
    $.rows.replaceChildren(...rows.map(drawn));
    mark();
  }

  // Says which of them the server lacks, once it is known, unless somebody is at one just then.
  const isAt = () => $.rows.contains(document.activeElement);
  function mark() {
    if (rows.length && !known) names().then(() => { if (!isAt()) draw(); });
  }

  function arrive() {
    const now = rowsOf(host.props.value), said = JSON.stringify(now);
    if (said === own) return;
    rows = now;
    own = $.rows.dataset.held = said;
    draw();
  }

  $.add.append(box.element);
  host.watch("value", arrive);
  on("face", ({ detail: { kind, name } }) => { if (kind === "loras") { keep(added(rows, name)); draw(); } });
  on("offers", () => { forget(); known = null; mark(); });
  arrive();
}
