// Has the prompt improved, shows what is other, and changes nothing before that is accepted. What was
// typed meanwhile is never lost: Undo gives back what the field held.

import { ask, h, refs, show, text } from "../shell/dom.js";
import { type } from "../shell/draft.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

const SPOKEN = { added: () => t("added:"), removed: () => t("removed:") };
const field = () => /** @type {HTMLTextAreaElement} */ (document.querySelector("#field-prompt textarea"));
const model = () =>
  /** @type {HTMLInputElement | null} */ (document.querySelector("#field-checkpoint input"))?.value || "";

/** A piece of the prompt, marked by more than its colour. @param {[string, string]} piece */
function piece([kind, words]) {
  if (kind === "same") return document.createTextNode(words);
  const mark = h("span", { class: "sg-hidden" }, `${SPOKEN[kind]()} `);
  return h(kind === "added" ? "ins" : "del", {}, mark, words);
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  const $ = /** @type {Record<string, any>} */ ({});
  refs($, host.element);
  let asked = 0, after = "", isTaken = false;

  const button = (label, onclick, main = "") =>
    h("button", { type: "button", class: `sg-button ${main}`, onclick }, label);

  /** @param {string} words @param {{ pieces?: [string, string][], notes?: string[], buttons?: Element[] }} more */
  function draw(words, { pieces = [], notes = [], buttons = [] } = {}) {
    isTaken = false;
    text($.says, words);
    $.text.replaceChildren(...pieces.map(piece));
    show($.text, pieces.length > 0);
    $.notes.replaceChildren(...notes.map((note) => h("li", {}, said(note))));
    $.choice.replaceChildren(...buttons);
  }

  function busy(/** @type {boolean} */ is) {
    $.ask.disabled = is;
    $.ask.setAttribute("aria-busy", String(is));
    show($.stop, is);
  }

  function leave() {
    draw("");
    field().focus();
  }

  async function improve() {
    const mine = asked += 1, prompt = field().value;
    draw(t("The language model is asked…"));
    busy(true);
    $.stop.focus();
    const answer = await ask(() => host.server.gen_improve({ prompt, model: model() }));
    if (mine !== asked) return;
    const held = document.activeElement === $.stop || document.activeElement === document.body;
    busy(false);
    const buttons = [button(t("Close"), leave)];
    if (answer.error) draw(answer.error, { buttons });
    else if (answer.prompt === prompt) draw(t("It has nothing to improve."), { notes: answer.notes, buttons });
    else offer(prompt, answer);
    if (held) ($.choice.querySelector("button") || $.ask).focus();
  }

  function offer(prompt, answer) {
    after = answer.prompt;
    const words = field().value === prompt ? t("Improved: what is other is marked.")
      : t("Improved as it was when you asked. You have changed it since: Undo will bring that back.");
    const buttons = [button(t("Accept"), accept, "sg-primary"), button(t("Keep mine"), leave)];
    draw(words, { pieces: answer.changes, notes: answer.notes, buttons });
  }

  function accept() {
    const before = field().value;
    type(field(), after);
    const undo = button(t("Undo"), () => { type(field(), before); leave(); });
    draw(t("The prompt is improved."), { buttons: [undo, button(t("Close"), leave)] });
    isTaken = true;
    undo.focus();
  }

  // Once it was typed on, Undo would take that away.
  document.addEventListener("input", ({ target }) => {
    if (isTaken && target === field() && field().value !== after) draw("");
  });
  $.ask.onclick = improve;
  $.stop.onclick = () => {
    asked += 1;
    busy(false);
    draw(t("Cancelled: the prompt is as it was."));
    $.ask.focus();
  };
}
