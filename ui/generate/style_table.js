// The table of styles, in a dialog: one's own, to change, arrange, import and share, and those that ship.

import { ask, closesBeside, h, show } from "../shell/dom.js";
import { toast } from "../shell/toast.js";
import { said } from "../words/said.js";
import { grouped, plural } from "../shell/count.js";
import { t } from "../words/words.js";
import { having } from "./style_words.js";

/** @typedef {import("./style_words.js").Style} Style */
/** @typedef {import("./style_words.js").Table} Table */

const MOST = 200;   // rows of one's own that are drawn
const LIMITS = { name: 100, text: 5000 };

const button = (label, act, more = {}) =>
  h("button", { type: "button", class: "sg-button style-act", onclick: act, ...more }, label);

/** Let the browser keep *words* as a file. */
function download(words, name) {
  const link = h("a", { href: URL.createObjectURL(new Blob([words], { type: "text/csv" })), download: name });
  link.click();
  toast(t("Downloaded “{file}”.", { file: name }));
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

class StyleTable {
  /**
   * @param {Record<string, any>} $  the dialog's elements
   * @param {import("../shell/host.js").Host} host
   * @param {() => Table} table
   * @param {(now: Table, was?: string, is?: string) => void} changed
   */
  constructor($, host, table, changed) {
    this.$ = $;
    this.host = host;
    this.table = table;
    this.changed = changed;
    $.add.onclick = () => this.edit(null);
    $.share.onclick = () => this.share();
    $.words.oninput = () => this.draw();
    $.close.onclick = () => $.dialog.close();
    $.file.onchange = () => { const [file] = $.file.files; $.file.value = ""; if (file) this.import(file); };
    closesBeside($.dialog);
  }

  open() {
    this.$.words.value = "";
    this.say("");
    this.draw();
    this.$.dialog.showModal();
  }

  say(sentence, notes = /** @type {string[]} */ ([]), undo = /** @type {(() => void) | null} */ (null)) {
    const line = h("p", {}, sentence, undo && " ", undo && button(t("Undo"), undo));
    const list = h("ul", {}, ...notes.map((note) => h("li", {}, said(note))));
    this.$.told.replaceChildren(...(sentence ? [line] : []), ...(notes.length ? [list] : []));
  }

  // Asks the app to change something; false where it did not, which is said.
  async change(name, wanted) {
    const answer = await ask(() => this.host.server[name](wanted));
    if (answer.error) toast(answer.error);
    else this.changed(answer.table, wanted.old, wanted.name);
    return answer.error ? null : answer;
  }

  draw() {
    const { own, shipped } = this.table(), query = this.$.words.value;
    const mine = having(own, query), theirs = having(shipped, query);
    const few = mine.slice(0, MOST);
    const rooms = [];
    if (mine.length) rooms.push(...this.room(t("Your styles"), few.map((one, n) => this.mine(one, few, n))));
    if (mine.length > MOST)
      rooms.push(h("p", { class: "style-none" },
        t("{n} of {count} are shown: search for others.", { n: MOST, count: grouped(mine.length) })));
    if (theirs.length) rooms.push(...this.room(t("Included"), theirs.map((one) => this.theirs(one))));
    if (!rooms.length) rooms.push(h("p", { class: "style-none" }, t("No style has these words.")));
    this.$.rooms.replaceChildren(...rooms);
    show(this.$.share, own.length > 0);
  }

  room(title, rows) {
    return [h("h3", {}, title), h("ul", { class: "style-list" }, ...rows)];
  }

  row(/** @type {Style} */ one, ...acts) {
    const words = h("div", { class: "style-texts" }, h("strong", {}, one.name),
      one.prompt && h("span", {}, one.prompt),
      one.negative && h("span", { class: "style-avoid" }, `− ${one.negative}`));
    return h("li", { class: "style-row", "data-name": one.name, "data-hidden": one.hidden ? "true" : null },
      words, h("div", { class: "style-acts" }, ...acts));
  }

  mine(/** @type {Style} */ one, /** @type {Style[]} */ shown, /** @type {number} */ n) {
    const { name } = one;
    const arrow = (by, label, sign) => button(sign, () => this.move(one, shown[n + by], by), {
      "aria-label": label, title: label, disabled: !shown[n + by], "data-by": by,
      class: "sg-button style-act style-arrow",
    });
    return this.row(one,
      arrow(-1, t("Move {name} up", { name }), "↑"), arrow(1, t("Move {name} down", { name }), "↓"),
      button(t("Edit"), () => this.edit(one), { "aria-label": t("Edit the style {name}", { name }) }),
      button(t("Delete"), () => this.bin(one), { "aria-label": t("Delete the style {name}", { name }) }));
  }

  theirs(/** @type {Style} */ one) {
    const { name } = one, label = one.hidden ? t("Show") : t("Hide");
    return this.row(one,
      button(t("Edit"), () => this.edit(one), {
        "aria-label": t("Edit the style {name}", { name }),
        title: t("Makes a style of your own of it; delete that, and this one is back."),
      }),
      button(label, () => this.hide(one), {
        "aria-label": one.hidden ? t("Show the style {name}", { name }) : t("Hide the style {name}", { name }),
      }));
  }

  async move(one, neighbour, by) {
    const to = this.table().own.findIndex(({ name }) => name === neighbour.name);
    if (!await this.change("gen_style_move", { name: one.name, to })) return;
    this.draw();
    this.focus(one.name, `[data-by="${by}"]:not(:disabled), .style-arrow:not(:disabled)`);
  }

  focus(name, selector) {
    const row = [...this.$.rooms.querySelectorAll(".style-row")].find((e) => e.dataset.name === name);
    (row?.querySelector(selector) || this.$.words).focus();
  }

  async hide(one) {
    if (!await this.change("gen_style_hide", { name: one.name, on: !one.hidden })) return;
    this.draw();
    this.focus(one.name, "button:last-child");
  }

  async bin(one) {
    const answer = await this.change("gen_style_delete", { names: [one.name] });
    if (!answer) return;
    this.draw();
    this.$.rooms.focus();
    toast(t("Deleted “{name}”.", { name: one.name }), t("Undo"), () => this.restore(answer.removed));
  }

  async restore(removed) {
    if (await this.change("gen_style_restore", { removed })) this.draw();
  }

  edit(/** @type {Style | null} */ one) {
    const own = one && this.table().own.includes(one), what = one || { name: "", prompt: "", negative: "" };
    const field = (label, value, lines, limit) => {
      const input = lines
        ? h("textarea", { class: "style-input", rows: lines, "data-limit": limit })
        : h("input", { type: "text", class: "style-input", "data-limit": limit, autocomplete: "off" });
      input.value = value;
      return { input, label: h("label", {}, h("span", {}, label), input) };
    };
    const name = field(t("Name"), what.name, 0, LIMITS.name);
    const prompt = field(t("Prompt, with {prompt} for yours"), what.prompt, 3, LIMITS.text);
    const negative = field(t("Negative prompt"), what.negative, 2, LIMITS.text);
    const wrong = h("p", { class: "style-wrong", role: "alert", hidden: true });
    const done = () => { this.draw(); this.focus(name.input.value.trim() || what.name, ".style-acts button"); };
    const form = h("form", {
      class: "style-form",
      onsubmit: async (e) => {
        e.preventDefault();
        const kept = { name: name.input.value, prompt: prompt.input.value, negative: negative.input.value };
        const answer = await ask(() => this.host.server.gen_style_keep({ ...kept, old: own ? what.name : "" }));
        wrong.textContent = answer.error || "";
        show(wrong, Boolean(answer.error));
        if (answer.error) return;
        this.changed(answer.table, own ? what.name : "", answer.name);
        this.$.words.value = "";
        name.input.value = answer.name;
        done();
        toast(t("Saved “{name}”.", { name: answer.name }));
      },
      onkeydown: (e) => {
        if (e.key !== "Escape") return;
        e.preventDefault();   // or the dialog would close, with what was typed
        e.stopPropagation();
        done();
      },
    }, name.label, prompt.label, negative.label, wrong,
    h("div", { class: "style-bar" }, h("button", { type: "submit", class: "sg-button sg-primary" }, t("Save")),
      button(t("Cancel"), done)));
    const row = one && [...this.$.rooms.querySelectorAll(".style-row")].find((e) => e.dataset.name === one.name);
    this.$.rooms.querySelector(".style-form")?.closest("li, .style-new")?.remove();
    if (row) row.replaceChildren(form); else this.$.rooms.prepend(h("div", { class: "style-new" }, form));
    name.input.focus();
    form.scrollIntoView({ block: "nearest" });
  }

  async import(/** @type {File} */ file) {
    this.say(t("Reading “{file}”…", { file: file.name }));
    const answer = await ask(async () => {
      const { path } = await this.host.upload(file);
      return this.host.server.gen_styles_import({ path, name: file.name.slice(0, 300) });
    });
    if (answer.error) { this.say(answer.error); return; }
    this.changed(answer.table);
    this.$.words.value = "";
    this.draw();
    const { names, known, notes } = answer;
    const line = [t("{styles} added.", { styles: plural(names.length, "style") })];
    if (known) line.push(t("{styles} were here already.", { styles: plural(known, "style") }));
    const undo = async () => {
      if (await this.change("gen_style_delete", { names })) { this.draw(); this.say(t("The import was taken back.")); }
    };
    this.say(line.join(" "), notes, names.length ? undo : null);
  }

  async share() {
    const answer = await ask(() => this.host.server.gen_styles_export({}));
    if (answer.error) toast(answer.error); else download(answer.text, answer.filename);
  }
}

/** @type {StyleTable | null} */
let open = null;

/** Open the dialog; see `StyleTable`. */
export function openTable($, host, table, changed) {
  open ||= new StyleTable($, host, table, changed);
  open.open();
}
