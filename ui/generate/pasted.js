// A text that is pasted or dropped and says how an image was made: what it can be used as, once asked.

import { ask, h, refs, text } from "../shell/dom.js";
import { type } from "../shell/draft.js";
import { hand, on } from "../shell/events.js";
import { toast } from "../shell/toast.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";
import { broughtIn, mayBeMade, textOf } from "./made_text.js";

/** @typedef {{ words: string, before: string, name?: string }} Brought  what the prompt was before it; a file's name */

const host = /** @type {import("../shell/host.js").Host} */ ({});
/** Elements of the template by their data-ref. @type {Record<string, any>} */
const $ = {};
let asked = 0;            // the last text: the answer about another counts no more
let offered = /** @type {Brought | null} */ (null);

const field = () => /** @type {HTMLTextAreaElement} */ (document.querySelector("#field-prompt textarea"));
const button = (label, act) => h("button", { type: "button", class: "sg-button", onclick: act }, label);

function draw(words, buttons, notes = []) {
  text($.says, words);
  $.notes.replaceChildren(...notes.map((note) => h("li", {}, note)));
  $.buttons.replaceChildren(...buttons);
}

function leave() {
  offered = null;
  draw("", []);
}

function close() {
  leave();
  field().focus();
}

function openWorkflow({ words, before, name = "" }) {
  leave();
  if (!name) type(field(), before);
  document.getElementById("tab-workflows-button")?.click();
  hand("workflow", { file: new File([words], name || "pasted.json", { type: "application/json" }) });
}

function offer(brought, { kind, program }) {
  offered = brought;
  const { words, before, name } = brought;
  const not = name ? button(t("Close"), close) : button(t("Keep as text"), close);
  if (kind === "workflow") return draw(t("This is a workflow."), [button(t("Open it"), () => openWorkflow(brought)), not]);
  const use = button(t("Use all of them"), () => {
    use.setAttribute("aria-busy", "true");
    host.trigger("use", { text: words, before });
  });
  return draw(t("These are settings of an image ({program}).", { program }), [use, not]);
}

/** @param {Brought} brought */
async function look(brought) {
  const mine = asked += 1;
  const answer = mayBeMade(brought.words) ? await ask(() => host.server.gen_pasted({ text: brought.words })) : {};
  if (mine !== asked) return;
  if (answer.kind) offer(brought, answer);
  else if (brought.name) toast(answer.error || t("“{name}” does not say how an image was made.", { name: brought.name }));
}

async function drop(/** @type {File} */ file) {
  const words = textOf(await file.arrayBuffer());
  await look({ words, before: field().value, name: file.name });
}

// The form was filled by the app, or holds again what it held.
function filled() {
  const { program, notes, number } = host.props.value || {};
  const had = host.element.contains(document.activeElement) || document.activeElement === document.body;
  leave();
  if (!number) {
    if (had) field().focus();
    return;
  }
  const undo = button(t("Undo"), () => { undo.setAttribute("aria-busy", "true"); host.trigger("undo", {}); });
  const line = notes.length
    ? t("Filled in the settings from {program}, except:", { program })
    : t("Filled in the settings from {program}.", { program });
  draw(line, [undo, button(t("Close"), close)], notes.map(said));
  if (had) undo.focus();
}

// Whatever puts a text in at once does: a key, the menu, a finger, a keyboard's own clipboard.
function listen() {
  let before = /** @type {{ value: string, start: number, end: number } | null} */ (null);
  document.addEventListener("beforeinput", ({ target }) => {
    const f = field();
    before = target === f ? { value: f.value, start: f.selectionStart, end: f.selectionEnd } : null;
  }, true);
  document.addEventListener("input", ({ target }) => {
    if (target !== field()) return;
    const was = before, words = was ? broughtIn(was, field().value) : "";
    before = null;
    if (offered && !offered.name && !field().value.includes(offered.words)) leave();
    if (was && mayBeMade(words)) look({ words, before: was.value });
  }, true);
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} given */
export function mount(given) {
  Object.assign(host, given);
  refs($, host.element);
  listen();
  on("text", ({ detail }) => drop(detail.file));
  host.watch("value", filled);
}
