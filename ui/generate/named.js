// Beneath the prompt: which LoRAs that it names cannot be used, as soon as they are written.

import { ask, refs, show, text } from "../shell/dom.js";
import { on } from "../shell/events.js";
import { said } from "../words/said.js";

const LOOK = 400;         // milliseconds between two looks at the fields, which Gradio fills without a word
const TAG = /<\s*(?:lora|lyco|hypernet)\s*:[^<>\n]*>/i;
const FIELDS = {
  prompt: "#field-prompt textarea", negative_prompt: "#field-negative_prompt textarea",
  model: "#field-checkpoint input",
};

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  const $ = /** @type {Record<string, any>} */ ({});
  refs($, host.element);
  let before = "", asked = 0;

  // A field that the model has no use for is not sent, so it is not looked at.
  const typed = () => Object.fromEntries(Object.entries(FIELDS).map(([name, at]) => {
    const field = /** @type {HTMLInputElement | null} */ (document.querySelector(at));
    return [name, field?.offsetParent ? field.value : ""];
  }));

  function draw(/** @type {string[]} */ problems) {
    text($.line, problems.map(said).join(" "));
    show($.line, problems.length > 0);
  }

  async function look() {
    if (document.hidden) return;
    const fields = typed(), now = JSON.stringify(fields);
    if (now === before) return;
    before = now;
    const mine = asked += 1;
    if (!TAG.test(fields.prompt) && !TAG.test(fields.negative_prompt)) return draw([]);
    const answer = await ask(() => host.server.gen_named(fields));
    if (mine === asked && !answer.error) draw(answer.problems);
  }

  on("offers", () => { before = ""; });  // another list: another answer
  setInterval(look, LOOK);
}
