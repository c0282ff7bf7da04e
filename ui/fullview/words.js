// What is known of the picture: words, settings, rating, tags, collections, a note.

import { isVideo } from "../shell/acts.js";
import { on } from "../shell/events.js";
import { toast } from "../shell/toast.js";
import { ask, h, icon, show, stars } from "../shell/dom.js";
import { keyOf } from "../shell/image_key.js";
import { $, host } from "./host.js";
import * as marking from "./marking.js";
import { details, here, moment, pictured, words } from "./picture.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

function row(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

// The prompts as they were typed, where they were drawn as something else.
function drawTyped({ typed = "", typed_negative: negative = "" }) {
  const lines = [typed && t("Typed: {prompt}", { prompt: typed }),
    negative && t("Typed as the negative prompt: {prompt}", { prompt: negative })];
  $.typed.textContent = lines.filter(Boolean).join("\n");
  show($.typed, Boolean($.typed.textContent));
}

export function drawWords() {
  const i = here(), d = details[keyOf(i)];
  drawActs(d);
  drawMarks(d);
  drawLabels(d);
  show($.typed, false);
  if (!d) {
    $.when.textContent = "";
    $.prompt.textContent = i.prompt || "…";
    $.negative.hidden = true;
    $.rows.replaceChildren();
    return;
  }
  if (i.n < 0) $.other.replaceChildren(words(d));
  $.prompt.textContent = said(d.gone || "") || d.prompt || t("No prompt");
  if (d.gone) return;
  drawTyped(d);
  $.picture.alt = d.prompt || t("Generated image");
  $.when.textContent = d.times.length ? moment(d.times[d.times.length - 1][1]) : "";
  $.negative.hidden = !d.negative;
  $.negative.textContent = d.negative ? t("Negative prompt: {negative}", { negative: d.negative }) : "";
  $.note.hidden = !(d.warning || d.error);
  $.note.textContent = said(d.error || d.warning);
  const image = d.images.find((one) => one.n === i.n);
  const rows = d.rows.map(([name, value]) => row(said(name), value));
  rows.push(...d.times.map(([name, at]) => row(said(name), moment(at))));
  if (image)
    rows.push(
      row(
        t("File"),
        `${image.width ? `${image.width} × ${image.height}, ` : ""}${Math.ceil(image.bytes / 1024)} kB`,
      ),
    );
  $.rows.replaceChildren(...rows);
}

function drawActs(d) {
  const i = here(), binned = Boolean(d && d.binned), mine = Boolean(d && d.mine);
  show($.acts, !binned);
  show($.binActs, binned);
  show($.remove, mine && !binned);
  show($.variation, Boolean(d && !d.gone));
  for (const name of ["upscale", "inpaint", "outpaint", "input", "beside"]) show($[name], pictured(i));
  show($.last, isVideo(i));
}

// Rating and heart

let rating;
let heart;

function drawMarks(d) {
  show($.marks, Boolean(d && d.mine && !d.binned));
  if (!d || d.gone) return;
  rating.show(d.rating);
  heart.dataset.on = String(d.favourite);
  heart.setAttribute("aria-pressed", String(d.favourite));
}

// What is known of the image that is shown, if it is one's own.
function own() {
  const d = details[keyOf(here())];
  return d && d.mine && !d.binned ? d : null;
}

function mark(fields, call) {
  const d = own();
  if (!d) return;
  const before = Object.fromEntries(Object.keys(fields).map((name) => [name, d[name]]));
  marking.mark(d, fields, before, call);
}

function marked({ keys, fields }) {
  keys.forEach((key) => { if (details[key]) Object.assign(details[key], fields); });
  const key = here() && keyOf(here());
  if (keys.includes(key) && details[key]) { drawMarks(details[key]); drawLabels(details[key]); }
}

export function rate(n) { if (own()) marking.rate(own(), n); }
export function favour() { if (own()) marking.favour(own()); }

// Tags, collections, a note

function drawLabels(d) {
  const mine = Boolean(d && d.mine && !d.binned);
  show($.labels, mine);
  if (
    !mine ||
    ($.labels.contains(document.activeElement) &&
      $.labels.dataset.key === keyOf(d) &&
      /** @type {HTMLInputElement} */ (document.activeElement).value)
  )
    return;
  $.labels.dataset.key = keyOf(d);
  $.labels.replaceChildren(
    line(
      t("Tags"),
      "tag",
      d.tags,
      (names) => tag(names, []),
      (name) => tag([], [name]),
    ),
    line(
      t("Collections"),
      "collection",
      d.collections,
      (names) => collect(names[0], true),
      (name) => collect(name, false),
    ),
    noted(d),
  );
}

function line(title, kind, names, add, away) {
  const adds = kind === "tag" ? t("Add tags") : t("Add to a collection");
  const input = h("input", {
    type: "text",
    class: "full-add",
    [kind === "tag" ? "data-limit-each" : "data-limit"]: 80,
    list: `full-known-${kind}`,
    placeholder: names.length ? t("Add") : adds,
    "aria-label": adds,
    onfocus: offer,
    onkeydown: (e) => {
      if (e.key === "Enter" || (kind === "tag" && e.key === ",")) {
        e.preventDefault();
        done(true);
      }
    },
    onblur: () => done(false),
  });
  function done(again) {
    const wanted = (kind === "tag" ? input.value.split(",") : [input.value])
      .map((one) => one.trim())
      .filter((one) => one && !names.includes(one));
    input.value = "";
    if (!wanted.length) return;
    add(wanted);
    if (again) $.labels.querySelector(`[list="full-known-${kind}"]`)?.focus();
  }
  return h(
    "div",
    { class: "full-line" },
    h("span", {}, title),
    h(
      "div",
      { class: "full-chips" },
      ...names.map((name) =>
        h(
          "span",
          { class: "full-chip" },
          name,
          h(
            "button",
            { type: "button", "aria-label": t("Remove “{name}”", { name }), onclick: () => away(name) },
            icon("close"),
          ),
        ),
      ),
      input,
    ),
  );
}

// What there is already is offered as one types.
let known;
let offered = false;
async function offer() {
  if (offered) return;
  offered = true;
  const answer = await ask(() => host.server.gal_facets({}));
  if (answer.error) { offered = false; return; }
  for (const kind of Object.keys(known))
    known[kind].replaceChildren(...answer[kind].map(([name]) => h("option", { value: name })));
}

function tag(add, remove) {
  const d = details[keyOf(here())];
  const tags = [...new Set([...d.tags, ...add])].filter((one) => !remove.includes(one)).sort();
  return mark({ tags }, (images) => host.server.gal_tag({ images, add, remove }));
}

function collect(name, into) {
  const d = details[keyOf(here())];
  const others = d.collections.filter((one) => one !== name), collections = into ? [...others, name].sort() : others;
  return mark({ collections }, (images) => host.server.gal_collect({ images, name, on: into }));
}

function noted(d) {
  const text = h("textarea", {
    class: "full-note",
    rows: d.note ? Math.min(6, d.note.split("\n").length + 1) : 1,
    "data-limit": 10000,
    placeholder: t("Your note"),
    "aria-label": t("Note"),
    onblur: () => keep(),
  });
  text.value = d.note;
  async function keep() {
    if (text.value.trim() === d.note) return;
    const before = d.note, wanted = text.value.trim();
    d.note = wanted;
    const answer = await ask(() => host.server.gal_note({ id: d.id, n: d.n, text: wanted }));
    if (answer.error) { d.note = before; toast(answer.error); } else toast(t("Note saved."));
  }
  return h("div", { class: "full-line" }, h("span", {}, t("Note")), text);
}

export function setUp() {
  on("marked", (e) => marked(e.detail));
  rating = stars(t("Rating"), (n) => rate(n));
  heart = h(
    "button",
    {
      type: "button",
      class: "sg-heart",
      "aria-label": t("Favourite"),
      title: t("Favourite (F)"),
      onclick: () => favour(),
    },
    icon("heart"),
  );
  $.marks.append(rating, heart);
  known = { tag: h("datalist", { id: "full-known-tag" }), collection: h("datalist", { id: "full-known-collection" }) };
  $.dialog.append(known.tag, known.collection);
}
