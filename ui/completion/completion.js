// Suggestions while a prompt is written, and the weight of its words by Ctrl with the up and down arrows. Of
// all boxes for prompts at once: those of the Generate tab, and those of workflows' forms, which come and go.

import { isComposing } from "../shell/composing.js";
import { ask, refs } from "../shell/dom.js";
import { on } from "../shell/events.js";
import { wanted } from "./at_caret.js";
import { List } from "./list.js";
import { options } from "./options.js";
import { forget, load, suggestions } from "./sources.js";
import { tagList } from "./tag_list.js";
import { put } from "./typing.js";
import { weighted } from "./weight.js";

const FIELDS = "#field-prompt textarea, #field-negative_prompt textarea, .wf-field[data-kind=prompt] textarea";
const MOST = 50;                                // suggestions
const STEP = 0.05, WIDE_STEP = 0.1;             // of a weight, and with Shift
const WAYS = { ArrowUp: 1, ArrowDown: -1 };

/** @typedef {HTMLTextAreaElement} Field */
/** @returns {Field | null} */
const fieldOf = (/** @type {EventTarget | null} */ target) =>
  (target instanceof HTMLTextAreaElement && target.matches(FIELDS) ? target : null);

const host = /** @type {import("../shell/host.js").Host} */ ({});
const names = () => ask(() => host.server.gen_names({}));
const list = new List(take);
let replaced = { start: 0, end: 0, weight: "" };
let isPutting = false;         // what a choice puts in asks for nothing itself
let dropped = -1;              // where what Escape dropped begins: nothing is suggested for it again
let at = -1;                   // where the caret was when the list was drawn

/** @param {Field} field */
function look(field) {
  const now = options.on && field.selectionStart === field.selectionEnd && wanted(field.value, field.selectionEnd);
  if (!now || now.starts.includes(dropped)) { list.close(); return; }
  dropped = -1;
  const { start, found } = suggestions(now, field.value, MOST);
  if (!found.length) { list.close(); return; }
  replaced = { start, end: now.end, weight: now.weight || "" };
  at = field.selectionEnd;
  list.open(field, start, found, now.kind !== "word");
}

/** @param {Field} field */
async function write(field) {
  look(field);
  const before = field.value;
  await load(names);
  if (document.activeElement === field && field.value === before && !list.isOpen) look(field);
}

/** @param {import("./sources.js").Suggestion} suggestion */
function take(suggestion) {
  const field = fieldOf(document.activeElement);
  list.close();
  if (!field) return;
  isPutting = true;
  put(field, replaced.start, replaced.end, suggestion.words(replaced.weight));
  isPutting = false;
  dropped = -1;
}

/** @param {KeyboardEvent} e @param {Field} field */
function weigh(e, field) {
  const change = weighted(field.value, field.selectionStart, field.selectionEnd,
    WAYS[e.key] * (e.shiftKey ? WIDE_STEP : STEP));
  if (!change) return;
  e.preventDefault();
  list.close();
  isPutting = true;
  put(field, change.start, change.end, change.words);
  isPutting = false;
  field.setSelectionRange(change.from, change.to);
}

const ACTS = {
  ArrowDown: () => { list.step(1); return true; },
  ArrowUp: () => { if (!list.active) return false; list.step(-1); return true; },
  Enter: chooses,
  Tab: chooses,
  Escape: () => { dropped = replaced.start; list.close(); return true; },
};

function chooses() {
  const { active } = list;
  if (active) take(active);
  return Boolean(active);
}

/** @param {KeyboardEvent} e */
function press(e) {
  const field = fieldOf(e.target);
  if (!field || isComposing(e) || e.altKey) return;
  if (e.ctrlKey || e.metaKey) {
    if (e.key in WAYS) weigh(e, field);
    return;
  }
  if (!list.isOpen || e.shiftKey || !ACTS[e.key]?.()) return;
  e.preventDefault();
  e.stopImmediatePropagation();   // neither the prompts of before nor a dialog take the key, too
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} given */
export function mount(given) {
  Object.assign(host, given);
  const $ = /** @type {Record<string, any>} */ ({});
  refs($, given.element);
  tagList($, names, () => { forget(); load(names); });
  document.addEventListener("keydown", press, true);
  document.addEventListener("focusin", ({ target }) => { if (fieldOf(target)) load(names); });
  document.addEventListener("focusout", () => list.close());
  document.addEventListener("input", (e) => {
    const field = fieldOf(e.target);
    if (!field || isPutting || document.activeElement !== field) return;
    if (/** @type {InputEvent} */ (e).isComposing) list.close(); else write(field);
  });
  document.addEventListener("compositionend", (e) => { const field = fieldOf(e.target); if (field) write(field); });
  // The caret went elsewhere.
  document.addEventListener("selectionchange", () => {
    const field = fieldOf(document.activeElement);
    if (list.isOpen && (!field || field.selectionEnd !== at)) list.close();
  });
  for (const event of ["scroll", "resize"]) {
    window.addEventListener(event, (e) => {
      if (list.isOpen && !(e.target instanceof Element && e.target.closest(".complete"))) list.follow();
    }, true);
  }
  on("offers", forget);
}
