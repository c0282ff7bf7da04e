// Wildcard lists: a dialog to look through them, write one, try it, import and export.

import { ask, closesBeside, h, refs, show, text } from "../shell/dom.js";
import { plural } from "../shell/count.js";
import { type } from "../shell/draft.js";
import { emit } from "../shell/events.js";
import { toast } from "../shell/toast.js";
import { t } from "../words/words.js";

/** @typedef {{ name: string, entries: number, own: boolean }} Listed */

const REST = 350;         // milliseconds without a key until examples are drawn
const MANY = 8;           // lists from which on they can be searched
const HOW = [
  ["{red|blue}", t("one of them, by the seed")],
  ["{3::oak|pine}", t("oak three times as often")],
  ["{2$$moss|fog|rain}", t("two of them, each once")],
  ["{1-2$$ and $$moss|fog}", t("one or two, with “and” between")],
  ["__colour__", t("a line of the list “colour”")],
  ["__animals/*__", t("a line of any list in “animals”")],
  ["\\{ \\| \\} \\__name__", t("the characters themselves")],
];
const NAME = "animals/cats", ENTRIES = "# …\na lynx\n3::a __colour__ puma";
/** Elements of the template by their data-ref. @type {Record<string, any>} */
const $ = {};
const host = /** @type {import("../shell/host.js").Host} */ ({});
let lists = /** @type {Listed[]} */ ([]);
// The list that is written: what it is called and holds as it is kept; no name while it is new.
let one = { name: "", text: "", own: true };
let resting = 0, drawing = 0;

const isChanged = () => !$.one.hidden && one.own && ($.name.value.trim() !== one.name || $.text.value !== one.text)
  && Boolean(one.name || $.name.value.trim() || $.text.value.trim());
const base64 = (/** @type {File} */ file) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(String(reader.result).replace(/^.*?,/s, ""));
  reader.onerror = failed;
  reader.readAsDataURL(file);
});

function wrong(/** @type {string} */ sentence) {
  text($.wrong, sentence);
  show($.wrong, Boolean(sentence));
}

async function look() {
  const answer = await ask(() => host.server.gen_wild({}));
  if (answer.error) return say(answer.error);
  lists = answer.lists;
  drawLists();
  emit("wildcards", undefined);
}

function say(/** @type {string} */ sentence) {
  text($.none, sentence);
  show($.none, Boolean(sentence));
}

function drawLists() {
  const words = $.words.value.trim().toLowerCase();
  const found = lists.filter(({ name }) => name.toLowerCase().includes(words));
  show($.words, lists.length >= MANY);
  show($.export, lists.some(({ own }) => own));
  $.list.replaceChildren(...found.map(row));
  say(found.length ? "" : lists.length ? t("No list has a name like that.")
    : t("There are no lists yet. A list called “colour” is drawn from by __colour__ in a prompt."));
}

function row(/** @type {Listed} */ { name, entries, own }) {
  const isOpen = name === one.name && !$.one.hidden, many = plural(entries, "entry", "entries");
  const press = { type: "button", class: "past-one", "aria-current": String(isOpen), onclick: () => open(name) };
  return h("li", {},
    h("button", press,
      h("span", { class: "past-said" }, `__${name}__`),
      h("span", { class: "past-ago" }, own ? many : `${many} · ${t("file")}`)));
}

function draw() {
  $.name.value = one.name;
  $.text.value = one.text;
  $.name.readOnly = $.text.readOnly = !one.own;
  show($.save, one.own);
  show($.remove, one.own && Boolean(one.name));
  show($.note, !one.own);
  show($.one, true);
  wrong("");
  drawLists();
  examples();
}

async function open(/** @type {string} */ name) {
  if (!(await keep())) return;
  const answer = await ask(() => host.server.gen_wild_text({ name }));
  if (answer.error) { say(answer.error); return; }
  one = { name, text: answer.text, own: answer.own };
  draw();
}

async function begin() {
  if (!(await keep())) return;
  one = { name: "", text: "", own: true };
  draw();
  $.name.focus();
}

// Keeps what was written; false where that cannot be.
async function keep() {
  if (!isChanged()) return true;
  const wanted = { name: $.name.value, text: $.text.value, was: one.name };
  const answer = await ask(() => host.server.gen_wild_save(wanted));
  if (answer.error) { wrong(answer.error); return false; }
  one = { name: answer.name, text: wanted.text, own: true };
  wrong("");
  toast(t("“{name}” is saved.", { name: one.name }));
  await look();
  return true;
}

async function save(/** @type {Event} */ e) {
  e.preventDefault();
  if (await keep()) draw();
}

async function remove() {
  const { name } = one, answer = await ask(() => host.server.gen_wild_delete({ name }));
  if (answer.error) return wrong(answer.error);
  show($.one, false);
  await look();
  $.new.focus();
  toast(t("“{name}” is deleted.", { name }), t("Undo"), async () => {
    const back = await ask(() => host.server.gen_wild_save({ name, text: answer.text }));
    if (back.error) say(back.error);
    else await look();
  });
}

function insert() {
  const field = /** @type {HTMLTextAreaElement} */ (document.querySelector("#field-prompt textarea"));
  const { selectionStart: from, selectionEnd: to, value } = field, words = `__${one.name || $.name.value.trim()}__`;
  close(() => {
    type(field, value.slice(0, from) + words + value.slice(to));
    field.focus();
    field.setSelectionRange(from + words.length, from + words.length);
  });
}

async function bring() {
  const files = [...$.file.files], names = [];
  $.file.value = "";
  if (!files.length || !(await keep())) return;
  say(t("Importing…"));
  $.bring.disabled = true;
  let refused = "";
  for (const file of files) {
    const answer = await ask(async () => host.server.gen_wild_import({ name: file.name, file: await base64(file) }));
    if (answer.error) refused = `${file.name}: ${answer.error}`;
    else names.push(...answer.names);
  }
  $.bring.disabled = false;
  await look();
  if (refused) say(refused);
  if (names.length) toast(t("Imported: {names}", { names: names.slice(0, 5).join(", ") + (names.length > 5 ? " …" : "") }));
}

async function examples() {
  const mine = drawing += 1, words = $.text.value;
  if (!words.trim()) return show($.shown, false);
  const answer = await ask(() => host.server.gen_wild_draw({ name: $.name.value, text: words }));
  if (mine !== drawing) return undefined;
  if (one.own) wrong(answer.error || "");
  $.examples.replaceChildren(...(answer.texts || []).map((/** @type {string} */ line) => h("li", {}, line)));
  return show($.shown, Boolean(answer.texts?.length));
}

// Nothing that was written is lost: what cannot be kept keeps the dialog open.
async function close(then = () => {}) {
  if (!(await keep())) return;
  $.dialog.close();
  then();
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} given */
export function mount(given) {
  Object.assign(host, given);
  refs($, host.element);
  $.how.append(...HOW.map(([typed, is]) => h("div", {}, h("dt", {}, typed), h("dd", {}, is))));
  $.name.placeholder = NAME;
  $.text.placeholder = ENTRIES;
  $.open.onclick = () => {
    $.words.value = "";
    show($.one, false);
    say("");
    $.dialog.showModal();
    look();
  };
  $.close.onclick = () => close();
  closesBeside($.dialog, () => close());
  $.dialog.addEventListener("cancel", (/** @type {Event} */ e) => {
    if (!isChanged()) return;
    e.preventDefault();
    close();
  });
  $.new.onclick = begin;
  $.bring.onclick = () => $.file.click();
  $.file.onchange = bring;
  $.words.oninput = drawLists;
  $.one.onsubmit = save;
  $.remove.onclick = remove;
  $.insert.onclick = insert;
  $.again.onclick = examples;
  $.text.oninput = $.name.oninput = () => { clearTimeout(resting); resting = setTimeout(examples, REST); };
}
