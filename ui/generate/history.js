// The prompts that were used before: a list to choose from, and the arrow keys, as in a terminal.

import { isComposing } from "../shell/composing.js";
import { ask, closesBeside, h, refs, show, text, within } from "../shell/dom.js";
import { type } from "../shell/draft.js";
import { ago } from "../shell/format.js";
import { toast } from "../shell/toast.js";
import { Walk } from "./walk.js";
import { t } from "../words/words.js";

/** @typedef {{ prompt: string, negative: string, at: number }} Past */

const BY = { ArrowUp: 1, ArrowDown: -1 };
const isOther = (e) => e.ctrlKey || e.metaKey || e.shiftKey;
// With Alt they do so from anywhere on the tab but what is typed in, or is chosen by arrows.
const isBeside = (e) => e.altKey && field()?.offsetParent && !document.querySelector("dialog[open]")
  && !within(e.target, "input, textarea, select, [role=combobox], [role=tab]");
const way = (e, at) => (isComposing(e) || isOther(e) || !(e.target === at || isBeside(e)) ? 0 : BY[e.key] || 0);
const REST = 200;   // milliseconds without a key until is searched
/** Elements of the template by their data-ref. @type {Record<string, any>} */
const $ = {};
const field = () => /** @type {HTMLTextAreaElement} */ (document.querySelector("#field-prompt textarea"));

/** @param {import("../shell/host.js").Host} host */
function list(host) {
  let asked = 0, resting = 0;

  async function look() {
    const mine = asked += 1, words = $.words.value.trim();
    const answer = await ask(() => host.server.gen_prompts({ words }));
    if (mine !== asked) return;
    const found = answer.error ? [] : answer.prompts;
    $.list.replaceChildren(...found.map(row));
    text($.none, answer.error || (words ? t("No prompt has these words.") : t("You have not used a prompt yet.")));
    show($.none, !found.length);
  }

  /** @param {Past} past */
  const row = ({ prompt, at }) =>
    h("li", {},
      h("button", { type: "button", class: "past-one", onclick: () => take(prompt) },
        h("span", { class: "past-said" }, prompt),
        h("span", { class: "past-ago" }, ago(Math.max(0, Date.now() / 1000 - at)))));

  function take(prompt) {
    const before = field().value;
    $.dialog.close();
    type(field(), prompt);
    field().focus();
    if (before && before !== prompt) toast(t("The prompt was replaced."), t("Undo"), () => type(field(), before));
  }

  $.open.onclick = () => {
    $.words.value = "";
    $.list.replaceChildren();
    show($.none, false);
    $.dialog.showModal();
    look();
  };
  $.close.onclick = () => $.dialog.close();
  $.words.oninput = () => { clearTimeout(resting); resting = setTimeout(look, REST); };
  closesBeside($.dialog);
}

// In an empty prompt the up arrow begins, anywhere in it with Alt. A walk is over once the field holds
// something else than it put there, whoever wrote it.
/** @param {import("../shell/host.js").Host} host */
function keys(host) {
  let walk = /** @type {Walk | null} */ (null), asking = false;

  async function begin() {
    asking = true;
    const draft = field().value, answer = await ask(() => host.server.gen_prompts({}));
    asking = false;
    if (answer.error || field().value !== draft) return;
    walk = new Walk(draft, answer.prompts.map((/** @type {Past} */ { prompt }) => prompt.replace(/\r\n?/g, "\n")));
    go(1);
  }

  function go(by) {
    const words = walk?.step(by);
    if (words === null || words === undefined) return;
    type(field(), words);
    field().setSelectionRange(0, 0);
  }

  document.addEventListener("keydown", (e) => {
    const at = field(), by = way(e, at);
    if (!by) return;
    at.focus();
    if (walk && walk.here !== at.value) walk = null;
    if (!(e.altKey || (walk && at.selectionEnd === 0) || (by > 0 && !at.value))) return;
    e.preventDefault();
    if (walk) go(by);
    else if (by > 0 && !asking) begin();
  });
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  refs($, host.element);
  list(host);
  keys(host);
}
