// Beneath the prompt: how many texts it stands for, what keeps it from being drawn, and all of them at a press.

import { ask, refs, show, text } from "../shell/dom.js";
import { on } from "../shell/events.js";
import { said } from "../words/said.js";
import { told } from "./ways_text.js";

const LOOK = 400;         // milliseconds between two looks at the fields, which Gradio fills without a word
const DRAWN = /[{}|\\]|__/;
const FIELDS = {
  prompt: "#field-prompt textarea", negative_prompt: "#field-negative_prompt textarea", repeat: "#field-prompts input",
};

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  const $ = /** @type {Record<string, any>} */ ({});
  refs($, host.element);
  let before = "", asked = 0;

  /** @returns {Record<string, string>} */
  const typed = () => Object.fromEntries(Object.entries(FIELDS).map(([name, at]) => {
    const field = /** @type {HTMLInputElement | null} */ (document.querySelector(at));
    return [name, field?.offsetParent ? field.value : ""];
  }));

  function draw({ count = "", wrong = "" }, repeat) {
    const line = told(count, repeat, host.props.most);
    text($.said, wrong ? said(wrong) : line.said);
    $.line.dataset.wrong = String(Boolean(wrong));
    text($.every, line.every);
    show($.every, Boolean(line.every));
    show($.line, Boolean(wrong || line.said));
  }

  async function look() {
    const { prompt, negative_prompt, repeat } = typed(), now = JSON.stringify([prompt, negative_prompt, repeat]);
    if (now === before || document.hidden) return;
    before = now;
    const mine = asked += 1;
    if (!DRAWN.test(prompt + negative_prompt)) return draw({}, 1);
    const answer = await ask(() => host.server.gen_ways({ prompt, negative_prompt }));
    if (mine === asked && !answer.error) draw(answer, Number(repeat));
  }

  $.every.onclick = () => host.trigger("every", {});
  on("wildcards", () => { before = ""; });
  setInterval(look, LOOK);
}
