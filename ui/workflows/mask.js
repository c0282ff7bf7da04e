// The mask editor: paint over what is to be made anew, and see through it what that is.

import { ask, confirm, h, show, text, within } from "../shell/dom.js";
import { toast } from "../shell/toast.js";
import { lay, lens, zoomKey } from "../zoom/lens.js";
import { zoomBar } from "../zoom/bar.js";
import { $, host, now } from "./host.js";
import { keptFile, redrawFile } from "./files.js";
import { maskCanvas } from "./mask_canvas.js";
import { Drafts } from "./mask_drafts.js";
import { grown, inverted, softened } from "./mask_ops.js";
import { t } from "../words/words.js";

const SIZES = [0.005, 0.4], USUAL = 0.06;   // of the image's shorter side: the brush
const STEP = 0.008;                          // of it: how far grow, shrink and soften reach
/** @type {Drafts<Promise<Blob>>} PNGs */
const drafts = new Drafts();
let on = { bench: "", key: "", image: "" };   // the field that is painted on, and the name of its image
let size = null;             // of what is painted on
let wide = 1;                // pixels of the brush
let erases = false;
let pans = false;            // the space bar is held
let busy = false;
let isDirty = false;
let isDraft = false;         // it began with what was painted earlier and not used
/** @type {import("../zoom/lens.js").Lens} */
let view;
let bar;
let paint;
let scale = 1;

const shorter = () => Math.min(size.width, size.height);
const reach = () => Math.max(2, Math.round(shorter() * STEP));

function say(words) {
  busy = Boolean(words);
  $.maskDialog.setAttribute("aria-busy", String(busy));
  text($.maskSay, words);
  show($.maskBusy, busy);
  drawTools();
}

function drawTools() {
  const { maskUse, maskUndo, maskTools } = $;
  maskTools.querySelectorAll("button, input").forEach((e) => { e.disabled = busy; });
  maskUse.disabled = $.maskRun.disabled = busy;
  maskUndo.disabled = busy || !paint.canUndo();
  $.maskBrush.setAttribute("aria-pressed", String(!erases));
  $.maskErase.setAttribute("aria-pressed", String(erases));
}

function changed() {
  isDirty = isDraft || paint.isChanged();
  const share = Math.round(paint.share() * 100);
  text($.maskShare, share ? t("{share} % is covered", { share }) : t("Nothing is covered yet"));
  drawTools();
}

const place = (key, bench = now.view.bench) => `${bench} ${key}`;

/** Whether something was painted on *image* in the field *key* that is not used yet. */
export const isPainted = (key, image) => Boolean(drafts.of(place(key), image));

/** Open it for the image of the field *key*. @param {string} key */
export async function openMask(key) {
  const mine = on = { bench: now.view.bench, key, image: "" };
  $.maskDialog.showModal();
  view.show(null);
  show($.maskLayers, false);
  say(t("Loading the image…"));
  const answer = await ask(() => host.server.wf_mask({ bench: mine.bench, key }));
  if (on !== mine || !$.maskDialog.open) return;
  if (answer.error) { $.maskDialog.close(); toast(answer.error); return; }
  mine.image = answer.image;
  await begin(answer, mine);
  if (on === mine) say("");
}

async function begin({ picture, mask, width, height }, mine) {
  const draft = await drafts.of(place(mine.key, mine.bench), mine.image);
  size = { width, height };
  $.maskPicture.src = picture;
  const source = draft ? URL.createObjectURL(draft) : mask;
  const earlier = source ? Object.assign(new Image(), { src: source }) : null;
  await Promise.allSettled([$.maskPicture.decode(), earlier && earlier.decode()]);
  wide = Math.max(4, Math.round(shorter() * USUAL));
  $.maskSize.min = String(Math.max(1, Math.round(shorter() * SIZES[0])));
  $.maskSize.max = String(Math.round(shorter() * SIZES[1]));
  $.maskSize.value = String(wide);
  if (draft) URL.revokeObjectURL(source);
  if (on !== mine || !$.maskDialog.open) return;
  erases = false;
  isDraft = Boolean(draft);
  paint.begin(size, earlier);
  show($.maskLayers, true);
  view.show(size);
}

// Whether it was kept.
async function use() {
  if (busy) return false;
  if (!paint.share()) { toast(t("Paint over the area to change first.")); return false; }
  const mine = on;
  say(t("Saving the mask…"));
  const answer = await ask(async () => {
    const { path } = await host.upload(new File([await paint.png()], "mask.png", { type: "image/png" }));
    return host.server.wf_mask_keep({ ...mine, path });
  });
  if (answer.error) toast(answer.error);
  else drafts.forget(place(mine.key, mine.bench));
  if (on === mine) say("");
  if (answer.error) return false;
  if (on === mine && $.maskDialog.open) discard();
  keptFile(answer);
  $.say.textContent = t("Mask saved.");
  return true;
}

async function useAndRun() {
  if (await use()) $.run.click();
}

// What is painted is used, or thrown away.
function discard() {
  isDirty = false;
  drafts.forget(place(on.key, on.bench));
  $.maskDialog.close();
}

async function cancel() {
  if (busy) return;
  const sentence = t("What you painted and did not use is lost.");
  if (!isDirty || (await confirm(t("Discard the mask?"), sentence, t("Discard")))) discard();
}

// However it was closed.
function closed() {
  const { bench, key, image } = on;
  if (isDirty && image) {
    drafts.keep(place(key, bench), image, paint.png());
    toast(t("Your mask is kept, but not used yet: paint a mask again to go on."));
  }
  isDirty = false;
  on = { bench: "", key: "", image: "" };
  redrawFile(key);
}

function resize(to) {
  wide = Math.max(Number($.maskSize.min), Math.min(Number($.maskSize.max), Math.round(to)));
  $.maskSize.value = String(wide);
  ring();
}

// A ring as large as the brush goes with the pointer, dark and light, to be seen on anything.
function ring(e = null) {
  if (e) {
    const edge = $.maskStage.getBoundingClientRect();
    $.maskRing.style.left = `${e.clientX - edge.left}px`;
    $.maskRing.style.top = `${e.clientY - edge.top}px`;
  }
  $.maskRing.style.width = $.maskRing.style.height = `${wide * scale}px`;
}

const tool = (isEraser) => { erases = isEraser; drawTools(); };
const KEYS = {
  b: () => tool(false), e: () => tool(true), i: () => paint.alter(inverted),
  "[": () => resize(wide / 1.25), "]": () => resize(wide * 1.25 + 1),
};
const COMMANDS = { z: () => paint.undo(), enter: useAndRun };   // with Ctrl

function keyed(e) {
  if (!$.maskDialog.open || busy || document.querySelector(".sg-confirm[open]")) return;
  const command = (e.ctrlKey || e.metaKey) && COMMANDS[e.key.toLowerCase()];
  if (e.key === " " && !within(e.target, "button, input")) { e.preventDefault(); pans = true; }
  else if (command) { e.preventDefault(); command(); }
  else if (e.ctrlKey || e.metaKey || e.altKey || within(e.target, "input")) return;
  else if (KEYS[e.key.toLowerCase()]) KEYS[e.key.toLowerCase()]();
  else if (zoomKey(e, view)) e.preventDefault();
}

const brush = {
  rests: () => pans || busy,
  down: (at) => paint.down(at, wide, erases),
  move: (at) => paint.move(at),
  up: () => paint.up(),
  cancel: () => { paint.up(); paint.undo(); },
};

function wire() {
  $.maskBrush.onclick = () => tool(false);
  $.maskErase.onclick = () => tool(true);
  $.maskSize.oninput = () => resize(Number($.maskSize.value));
  $.maskInvert.onclick = () => paint.alter(inverted);
  $.maskGrow.onclick = () => paint.alter((mask) => grown(mask, reach()));
  $.maskShrink.onclick = () => paint.alter((mask) => grown(mask, -reach()));
  $.maskSoften.onclick = () => paint.alter((mask) => softened(mask, reach() * 2));
  $.maskClear.onclick = () => paint.alter((mask) => ({ ...mask, cover: new Uint8ClampedArray(mask.cover.length) }));
  $.maskUndo.onclick = () => paint.undo();
  $.maskUse.onclick = use;
  $.maskRun.onclick = useAndRun;
  $.maskCancel.onclick = cancel;
  $.maskDialog.addEventListener("close", closed);
  $.maskStage.addEventListener("pointermove", ring);
  $.maskStage.addEventListener("pointerenter", (e) => show($.maskRing, e.pointerType !== "touch"));
  $.maskStage.addEventListener("pointerleave", () => show($.maskRing, false));
  window.addEventListener("keydown", keyed);
  window.addEventListener("keyup", (e) => { if (e.key === " ") pans = false; });
  // What is kept of a closed editor is kept in the page alone.
  window.addEventListener("beforeunload", (e) => { if (isDirty) e.preventDefault(); });
}

/** Begin. */
export function setUp() {
  const canvas = h("canvas", { "aria-hidden": "true" });
  $.maskLayers.append(canvas);
  paint = maskCanvas(canvas, changed);
  view = lens([$.maskStage], (at, of) => {
    lay($.maskLayers, at, of);
    scale = at.scale;
    bar.say(at.scale);
    ring();
  }, { brush });
  bar = zoomBar(view, $.maskRoom);
  $.maskStage.append(bar.element);
  wire();
}
