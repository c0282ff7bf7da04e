// The presets of the form: a row to press, and a dialog to save, rename, replace, share and delete them.

import { ask, closesBeside, h, refs, show } from "../shell/dom.js";
import { filled } from "../shell/draft.js";
import { toast } from "../shell/toast.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";
import { described, shortName } from "./preset_words.js";

/** @typedef {import("./preset_words.js").Preset} Preset */

const button = (label, act, more = {}) =>
  h("button", { type: "button", class: "sg-button style-act", onclick: act, ...more }, label);

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  const $ = /** @type {Record<string, any>} */ ({});
  refs($, host.element);
  let own = /** @type {Preset[]} */ ([]), shipped = /** @type {Preset[]} */ ([]), renaming = "";

  async function load() {
    const answer = await ask(() => host.server.gen_presets({}));
    if (!answer.error) draw(answer);
  }

  // Calls the app; what it answers is the list as it then is.
  async function change(name, wanted) {
    const answer = await ask(() => host.server[name](wanted));
    if (answer.error) toast(answer.error); else draw(answer);
    return answer.error ? null : answer;
  }

  function draw(/** @type {{ own: Preset[], shipped: Preset[] }} */ now) {
    ({ own, shipped } = now);
    $.row.replaceChildren(...own.map((one) => chip(one, one.name)), ...shipped.map((one) => chip(one, said(one.name))));
    rooms();
  }

  const chip = (/** @type {Preset} */ one, /** @type {string} */ label) =>
    h("button", { type: "button", class: "presets-one", title: described(one.values), onclick: () => use(one.name) },
      shortName(label));
  const use = (/** @type {string} */ name) => host.trigger("use", { name });
  const keep = (/** @type {string} */ name, /** @type {string[]} */ options) =>
    host.trigger("keep", { name, options: options.join(" ") });
  const withWords = () => ($.words.checked ? ["prompt"] : []);

  function rooms() {
    $.rooms.replaceChildren(...(own.length ? [h("ul", { class: "style-list" }, ...own.map(row))] : []));
  }

  function row(/** @type {Preset} */ one) {
    const { name } = one;
    if (renaming === name) return h("li", { class: "style-row" }, nameField(name));
    return h("li", { class: "style-row", "data-name": name },
      h("div", { class: "style-texts" }, h("strong", {}, name), h("span", {}, described(one.values))),
      h("div", { class: "style-acts" },
        button(t("Rename"), () => { renaming = name; rooms(); $.rooms.querySelector("input").focus(); },
          { "aria-label": t("Rename the preset {name}", { name }) }),
        button(t("Replace"), () => keep(name, ["over", ...withWords()]), {
          "aria-label": t("Replace the preset {name} with what is set", { name }), title: t("Save what is set under this name"),
        }),
        button(t("Share"), () => share(name), { "aria-label": t("Share the preset {name}", { name }), title: t("As a file") }),
        button(t("Delete"), () => bin(name), { "aria-label": t("Delete the preset {name}", { name }) })));
  }

  function nameField(/** @type {string} */ name) {
    const input = h("input", {
      type: "text", class: "style-input", "data-limit": 80, "aria-label": t("New name"),
      onkeydown: (e) => {
        if (e.key === "Enter") { e.preventDefault(); done(true); }
        if (e.key === "Escape") { e.preventDefault(); e.stopPropagation(); done(false); }
      },
      onblur: () => done(true),
    });
    input.value = name;
    async function done(/** @type {boolean} */ wanted) {
      if (renaming !== name) return;
      renaming = "";
      const is = wanted && input.value.trim() !== name;
      if (!is || !await change("gen_preset_rename", { name, to: input.value })) rooms();
    }
    return input;
  }

  async function bin(/** @type {string} */ name) {
    if (!await change("gen_preset_delete", { name })) return;
    $.rooms.focus();
    toast(t("Deleted “{name}”.", { name }), t("Undo"), () => change("gen_preset_restore", { name }));
  }

  async function share(/** @type {string} */ name) {
    const answer = await ask(() => host.server.gen_preset_share({ name }));
    if (answer.error) { toast(answer.error); return; }
    const href = URL.createObjectURL(new Blob([answer.text], { type: "application/json" }));
    h("a", { href, download: answer.filename }).click();
    toast(t("Downloaded “{file}”.", { file: answer.filename }));
    setTimeout(() => URL.revokeObjectURL(href), 10000);
  }

  async function add(/** @type {File} */ file) {
    const answer = await ask(async () => {
      const { path } = await host.upload(file);
      return host.server.gen_preset_import({ path, name: file.name.slice(0, 300) });
    });
    complain(answer.error);
    if (answer.error) return;
    draw(answer);
    toast(t("Saved “{name}”.", { name: answer.name }));
  }

  function complain(/** @type {string} */ sentence = "") {
    $.wrong.textContent = sentence;
    show($.wrong, Boolean(sentence));
  }

  // The app has filled the form, or saved it, or says why not.
  function heard() {
    const { number, used = "", saved = "", error = "" } = host.props.value || {};
    if (!number) return;
    if (used) toast(t("“{name}” is applied.", { name: said(used) }), t("Undo"), () => host.trigger("undo", {}));
    if (error && $.dialog.open) complain(said(error)); else if (error) toast(said(error));
    if (!saved) return;
    complain();
    $.name.value = "";
    load();
    toast(t("Saved “{name}”.", { name: saved }));
  }

  $.open.onclick = () => { complain(); rooms(); $.dialog.showModal(); $.name.focus(); };
  $.close.onclick = () => $.dialog.close();
  $.form.onsubmit = (/** @type {Event} */ e) => { e.preventDefault(); keep($.name.value, withWords()); };
  $.file.onchange = () => { const [file] = $.file.files; $.file.value = ""; if (file) add(file); };
  closesBeside($.dialog);
  host.watch("value", heard);
  filled.then(load);
}
