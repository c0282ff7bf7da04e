// The line beneath the model: its family, what it lacks, and the form's fields that it has a use for.

import { missing } from "../fetch/fetch.js";
import { ask, h, refs, show, text } from "../shell/dom.js";
import { on } from "../shell/events.js";
import { isSure, said } from "./family_words.js";
import { said as spoken } from "../words/said.js";
import { t } from "../words/words.js";

/** @typedef {{ family: string, title: string, how: string, others: string[] }} Kind */
/** @typedef {Kind & { lacks: string[], needs: string[], files: import("../fetch/fetch.js").File[] }} Told */

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  const $ = /** @type {Record<string, any>} */ ({});
  refs($, host.element);
  const wanted = missing($.missing, host.server);
  let asked = 0;

  const value = () => host.props.value || {};

  async function look() {
    const mine = asked += 1, { checkpoint } = value();
    const told = checkpoint ? await ask(() => host.server.gen_model({ model: checkpoint })) : {};
    if (mine === asked && !told.error) draw(/** @type {Told} */ (told));
  }

  function draw(/** @type {Told} */ told) {
    const known = Boolean(value().checkpoint);
    document.getElementById("generate-grid").dataset.lacks = (told.lacks || []).join(" ");
    show($.is, known);
    text($.title, said(told));
    $.select.value = told.how === "chosen" ? told.family : "";
    if (known && !isSure(told)) open(true);
    $.needs.replaceChildren(...(told.needs || []).map((sentence) => h("p", {}, spoken(sentence))));
    show($.needs, Boolean(told.needs?.length));
    wanted.of(told);
  }

  function open(is) {
    show($.choice, is);
    $.open.setAttribute("aria-expanded", String(is));
  }

  const option = ([name, title]) => h("option", { value: name }, title);
  $.select.append(option(["", t("As the file says")]), ...host.props.families.map(option));
  $.open.onclick = () => open($.choice.hidden);
  $.select.onchange = () => {
    host.props.value = { ...value(), chosen: $.select.value };
    host.trigger("correct", {});
  };
  host.watch("value", look);
  on("offers", look);
  look();
}
