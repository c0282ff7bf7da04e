// The dialog of cards: of however many only those in sight are drawn.

import { add } from "../completion/typing.js";
import { embedding } from "../completion/insertion.js";
import { grouped, plural } from "../shell/count.js";
import { closesBeside, h, icon, refs, show, text } from "../shell/dom.js";
import { type } from "../shell/draft.js";
import { emit } from "../shell/events.js";
import { exact } from "../shell/format.js";
import { toast } from "../shell/toast.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";
import { base, found, laid } from "./card_rows.js";
import { cardOf, faces, say } from "./known.js";
import { picture } from "./picture.js";

/** @typedef {import("./card_rows.js").Face} Face */

const WIDE = 148;      // pixels of a card at least
const NEAR = 200;      // pixels around what is in sight that are drawn too
const prompt = () => /** @type {HTMLTextAreaElement} */ (document.querySelector("#field-prompt textarea"));

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  const $ = /** @type {Record<string, any>} */ ({});
  refs($, host.element);
  let all = /** @type {Face[]} */ ([]), rows = /** @type {import("./card_rows.js").Row[]} */ ([]);
  let across = 1, chosen = /** @type {Face | null} */ (null);

  async function look() {
    text($.said, t("Loading…"));
    all = await faces();
    lay();
  }

  function lay() {
    const some = found(all, { kind: $.kind.value, query: $.words.value, order: $.order.value });
    across = Math.max(1, Math.floor($.list.clientWidth / WIDE));
    const made = laid(some, across, $.order.value === "name");
    rows = made.rows;
    $.rows.style.height = `${made.tall}px`;
    const many = t("{n} of {count}", { n: grouped(some.length), count: grouped(of()) });
    text($.said, some.length ? many : t("Nothing found."));
    draw();
  }

  const of = () => all.filter(({ kind }) => kind === $.kind.value).length;

  function draw() {
    const from = $.list.scrollTop - NEAR, to = $.list.scrollTop + $.list.clientHeight + NEAR;
    const at = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.name : "";
    $.rows.replaceChildren(...rows.filter(({ top }) => top > from - NEAR && top < to).map(drawn));
    if (at) [...$.rows.querySelectorAll("[data-name]")].find((one) => one.dataset.name === at)?.focus();
  }

  function drawn(/** @type {import("./card_rows.js").Row} */ row) {
    const style = `top: ${row.top}px`;
    if ("folder" in row) return h("h3", { class: "faces-folder", style }, row.folder || t("No folder"));
    return h("div", { class: "faces-row", style: `${style}; --across: ${across}` }, ...row.faces.map(card));
  }

  const card = (/** @type {Face} */ face) =>
    h("button", {
      type: "button", class: "faces-card", "data-name": face.name, title: face.name,
      "aria-pressed": String(face === chosen), onclick: () => choose(face), ondblclick: () => use(face),
    },
    picture(face),
    h("span", { class: "faces-name" }, base(face.name)),
    h("span", { class: "faces-quiet" }, face.family || (face.uses ? plural(face.uses, "use") : "")),
    face.favourite && icon("heart"));

  async function choose(/** @type {Face} */ face) {
    chosen = face;
    detail(face, {});
    draw();
    const told = await cardOf(face);
    if (chosen === face) detail(face, told);
  }

  function detail(/** @type {Face} */ face, /** @type {any} */ told) {
    const facts = [face.family, told.base && t("Base: {base}", { base: told.base }),
      face.uses ? plural(face.uses, "use") : t("Not used yet"),
      face.seconds ? t("{time} each", { time: exact(face.seconds) }) : ""];
    const note = h("textarea", { rows: 2, "aria-label": t("My note"), placeholder: t("My note"), "data-limit": 2000 });
    note.value = face.note;
    note.onchange = () => keep(face, { note: note.value });
    const heart = h("button", {
      type: "button", class: "sg-button", "aria-pressed": String(face.favourite),
      onclick: () => keep(face, { favourite: !face.favourite }),
    }, icon("heart"), face.favourite ? t("No favourite") : t("Favourite"));
    $.one.replaceChildren(
      picture(face, "face-large"),
      h("div", { class: "faces-facts" },
        h("h3", {}, told.title || base(face.name)), h("p", { class: "faces-quiet" }, face.name),
        h("p", {}, facts.filter(Boolean).join(" · ")),
        told.error && h("p", { class: "sg-bad" }, said(told.error)),
        told.about && h("p", { class: "faces-about" }, told.about),
        told.triggers?.length ? h("div", { class: "faces-triggers", role: "group", "aria-label": t("Trigger words") },
          ...told.triggers.map(trigger)) : "",
        h("div", { class: "faces-acts" },
          h("button", { type: "button", class: "sg-button sg-primary", onclick: () => use(face) }, t("Use")), heart),
        note));
    show($.one, true);
  }

  const trigger = (/** @type {string} */ word) =>
    h("button", { type: "button", class: "sg-button", title: t("Add to the prompt"), onclick: () => insert(word) }, word);

  async function keep(/** @type {Face} */ face, /** @type {{ favourite?: boolean, note?: string }} */ change) {
    const before = { favourite: face.favourite, note: face.note }, answer = await say(face, change);
    if (answer.error) { toast(said(answer.error)); return; }
    again(face);
    toast(t("Kept."), t("Undo"), async () => { await say(face, before); again(face); });
  }

  function again(face) {
    if (chosen === face) choose(face);
    lay();
  }

  function insert(/** @type {string} */ words) {
    const field = prompt(), before = field.value;
    add(field, words);
    toast(t("“{words}” was added to the prompt.", { words }), t("Undo"), () => type(field, before));
  }

  function use(/** @type {Face} */ face) {
    if (face.kind === "embeddings") { insert(embedding(face.name)); return; }
    emit("face", { kind: face.kind, name: face.name });
    $.dialog.close();
  }

  $.open.onclick = () => { $.dialog.showModal(); look(); };
  $.close.onclick = () => $.dialog.close();
  $.words.oninput = () => { $.list.scrollTop = 0; lay(); };
  $.kind.onchange = () => { chosen = null; show($.one, false); $.list.scrollTop = 0; lay(); };
  $.order.onchange = lay;
  $.list.addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(() => { if ($.dialog.open) lay(); }).observe($.list);
  closesBeside($.dialog);
}
