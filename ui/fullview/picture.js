// The full view: one picture large, and those beside it. Text is only ever set as text.

import { isVideo } from "../shell/acts.js";
import { emit } from "../shell/events.js";
import { toast } from "../shell/toast.js";
import { ask, h } from "../shell/dom.js";
import { addressOf, keyOf } from "../shell/image_key.js";
import * as media from "../shell/media.js";
import { $, host, now } from "./host.js";
import { drawFilm, lengthen } from "./film.js";
import { lineage } from "./lineage.js";
import { marksKept } from "./marking.js";
import * as stage from "./stage.js";
import { storyboard } from "./storyboard.js";
import { drawWords } from "./words.js";
import { said } from "../words/said.js";
import { locale, t } from "../words/words.js";

const AHEAD = 2;             // pictures fetched before they are asked for, on each side
const NEAR_END = 6;          // that many before the end of the list it is asked to go on
const OLDER = 60;            // generations fetched at once past the end of a press

export let list = [];               // tiles; the gallery adds to the same list
export let details = {};            // by the image's key, as ui/library/actions.py describes it
const strange = new Set();   // keys that are asked for

export const here = () => list[now.at];
export const moment = (at) => new Date(at * 1000).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
export const pictured = (i) => i.n >= 0 && media.kindOf(i.media) === "image";

function drawPicture() {
  const i = here(), is = pictured(i);
  $.picture.hidden = !is;
  $.other.hidden = is;
  $.download.hidden = i.n < 0;
  $.back.hidden = now.at === 0;
  $.next.hidden = now.at >= list.length - 1;
  $.other.replaceChildren(...(is ? [] : i.n < 0 ? [words(details[keyOf(i)])] : played(i)));
  $.download.href = addressOf(i, "?download");
  $.download.download = i.name || `stepglass-${i.id.slice(-12)}-${i.n}`;
  if (!is) return stage.clear();
  const { width, height } = i;
  stage.load({ address: addressOf(i), thumbnail: addressOf(i, "?thumbnail"), width, height }, ahead);
}

function played(tile) {
  const player = media.player(tile, addressOf(tile));
  return isVideo(tile) ? [player, storyboard(tile, player.querySelector("video"))] : [player];
}

// The neighbours, once this one is there: the next key shows its picture at once.
function ahead() {
  for (let step = 1; step <= AHEAD; step += 1) {
    for (const i of [list[now.at + step], list[now.at - step]]) if (i && pictured(i)) new Image().src = addressOf(i);
  }
}

// What a generation said that made no file.
export function words(d) {
  const pre = h("pre", { tabindex: 0 }, d && d.texts ? d.texts.join("\n\n") || said(d.error) || t("No file was made.") : "…");
  return h("div", { class: "sg-media sg-textfile" }, pre);
}

export function draw() {
  drawPicture();
  drawFilm();
  drawWords();
  for (const i of [here(), list[now.at + 1]]) if (i && !details[keyOf(i)]) describe(i);
  lineage(here().id);
  if (now.at >= list.length - NEAR_END) { emit("near", { list }); older(); }
}

// After the last image of a press come those made before it.
async function older() {
  const mine = list, after = now.after;
  if (!after) return;
  now.after = "";
  const answer = await ask(() => host.server.gal_page({ search: {}, after, limit: OLDER }));
  if (answer.error || list !== mine) return;
  const known = new Set(list.map(keyOf));
  list.push(...answer.tiles.filter((i) => !known.has(keyOf(i))));
  now.after = answer.last;
  longer();
}

/** The list has got longer. */
export function longer() {
  if (!$.dialog.open) return;
  $.next.hidden = now.at >= list.length - 1;
  lengthen();
}

async function describe({ id, n }) {
  const key = keyOf({ id, n }), isHere = () => here() && keyOf(here()) === key;
  if (strange.has(key)) return;
  strange.add(key);
  await marksKept();   // what was marked a moment ago is in the answer
  const answer = await ask(() => host.server.gal_describe({ id, n }));
  strange.delete(key);
  if (answer.error) { if (isHere()) toast(answer.error); return; }
  details[key] = answer;
  if ($.dialog.open && isHere()) drawWords();
}

export function go(step) {
  const to = now.at + step;
  if (to < 0 || to >= list.length) return;
  now.at = to;
  draw();
}

export function close() { if ($.dialog.open) $.dialog.close(); }

export function open({ list: found, at: place, beyond = false }) {
  if (!found.length) return;
  list = found;
  now.at = place;
  now.after = beyond ? found.map((i) => i.id).sort()[0] : "";
  details = {};
  stage.clear();
  if (!$.dialog.open) $.dialog.showModal();
  draw();
}
