// The styles of the form: those that are chosen, as chips, and a box to choose more from. Its value is their
// names, in order.

import { combobox } from "../shell/combobox.js";
import { ask, h, icon, refs, text } from "../shell/dom.js";
import { toast } from "../shell/toast.js";
import { t } from "../words/words.js";
import { openTable } from "./style_table.js";
import { added, called } from "./style_words.js";

/** @typedef {import("./style_words.js").Table} Table */

const namesIn = (/** @type {unknown} */ value) => (Array.isArray(value) ? value.map(String) : []);

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  const $ = /** @type {Record<string, any>} */ ({});
  refs($, host.element);
  let chosen = /** @type {string[]} */ ([]), own = "[]";
  let table = /** @type {Table | null} */ (null), asked = /** @type {Promise<any> | null} */ (null);

  async function look() {
    asked ||= ask(() => host.server.gen_styles({}));
    const answer = await asked;
    if (answer.error) { asked = null; toast(answer.error); } else table ||= answer;
    return table;
  }
  const all = () => (table ? [...table.own, ...table.shipped] : []);
  const offered = () => all().filter((one) => !one.hidden && !chosen.includes(one.name));

  const box = combobox({
    id: "choice-styles", label: t("Styles"), placeholder: t("Add a style…"), pick: true,
    names: async () => { await look(); return offered().map(({ name }) => name); },
    group: (name) => (table && called(table.own, name) ? t("Your styles") : t("Included")),
    hint: (name) => added([called(all(), name)]),
    take: (name) => { box.set(""); keep([...chosen, name]); },
  });

  // What is kept between loads of the page stands beside what is shown.
  function keep(/** @type {string[]} */ now) {
    chosen = now;
    own = JSON.stringify(now);
    host.element.dataset.held = own;
    host.props.value = now;
    host.trigger("input", {});
    draw();
  }

  function chip(/** @type {string} */ name) {
    const style = called(all(), name), away = h("button", {
      type: "button", class: "styles-away", "aria-label": t("Remove the style {name}", { name }),
      title: t("Remove"), onclick: () => { keep(chosen.filter((one) => one !== name)); box.input.focus(); },
    }, icon("close"));
    const title = style ? added([style]) : t("This style is not here any more.");
    const gone = table && !style ? "true" : null;
    return h("li", { class: "styles-chip", title, "data-gone": gone }, h("span", {}, name), away);
  }

  function draw() {
    $.chips.replaceChildren(...chosen.map(chip));
    const used = chosen.map((name) => called(all(), name)).filter(Boolean);
    text($.adds, used.length ? added(used) : "");
    $.adds.title = $.adds.textContent;
    if (chosen.length && !table) look().then(draw);
  }

  function arrive() {
    const now = namesIn(host.props.value), words = JSON.stringify(now);
    if (words === own) return;
    chosen = now;
    own = host.element.dataset.held = words;
    draw();
  }

  // The table was changed in the dialog; a style that got another name is still the one that is chosen.
  function changed(/** @type {Table} */ now, was = "", is = "") {
    table = now;
    if (was && was !== is && chosen.includes(was)) keep(chosen.map((name) => (name === was ? is : name)));
    else draw();
  }

  $.line.prepend(box.element);
  $.edit.onclick = async () => { if (await look()) openTable($, host, () => table, changed); };
  host.watch("value", arrive);
  arrive();
}
