// What the form was filled from: noted with what is made of it, until it is taken away.

import { emit } from "../shell/events.js";
import { refs } from "../shell/dom.js";
import { addressOf } from "../shell/image_key.js";
import { t } from "../words/words.js";

const host = /** @type {import("../shell/host.js").Host} */ ({});
/** Elements of the template by their data-ref. @type {Record<string, any>} */
const $ = {};

function draw() {
  const v = host.props.value || {};
  $.box.hidden = !v.id;
  if (!v.id) return;
  $.picture.hidden = !v.thumb;
  if (v.thumb) $.picture.src = addressOf(v, "?thumbnail");
  $.said.textContent = v.how === "variation"
    ? t("A variation of “{prompt}”", { prompt: v.prompt || t("no prompt") })
    : t("Made from “{prompt}”", { prompt: v.prompt || t("no prompt") });
}

function setUp() {
  $.drop.onclick = () => host.trigger("drop", {});
  $.picture.onclick = () => { const v = host.props.value; emit("open", { list: [v], at: 0 }); };
  host.watch("value", draw);
  draw();
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} given */
export function mount(given) {
  Object.assign(host, given);
  refs($, host.element);
  setUp();
}
