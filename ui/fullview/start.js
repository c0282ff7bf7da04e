// What can be done with the picture, and keys.

import { ACTS, OF_VIDEO, act, isVideo } from "../shell/acts.js";
import { sends } from "../shell/drag.js";
import { openMenu } from "../shell/menu.js";
import { emit, on } from "../shell/events.js";
import { copyText } from "../shell/copy.js";
import { toast } from "../shell/toast.js";
import { ask, closesBeside, confirm, h, refs, within } from "../shell/dom.js";
import { addressOf, keyOf, pairOf } from "../shell/image_key.js";
import { $, host, now } from "./host.js";
import { setUp as startActs } from "./acts.js";
import { setUp as startCompare } from "./compare.js";
import { setUp as startFilm } from "./film.js";
import { setUp as startGrid } from "./grid_view.js";
import { remove, restore } from "./marking.js";
import { once } from "../shell/once.js";
import { zoomKey } from "../zoom/lens.js";
import { close, details, draw, go, here, list, longer, open, pictured } from "./picture.js";
import * as stage from "./stage.js";
import { favour, rate, setUp as startWords } from "./words.js";
import { fillScreen } from "../zoom/bar.js";
import { t } from "../words/words.js";

async function purge() {
  const image = here();
  if (
    !(await confirm(
      t("Delete permanently?"),
      t("This image will be deleted from the disk. This cannot be undone."),
      t("Delete permanently"),
    ))
  )
    return;
  const answer = await ask(() => host.server.gal_purge({ images: [pairOf(image)] }));
  if (answer.error) { toast(answer.error); return; }
  emit("removed", { keys: [keyOf(image)] });
  toast(t("Deleted permanently."));
}

// What is left of the list is shown. The gallery takes them out of its own, which may be this one.
function gone(keys) {
  const away = new Set(keys);
  for (let n = list.length - 1; n >= 0; n -= 1) if (away.has(keyOf(list[n]))) list.splice(n, 1);
  keys.forEach((key) => delete details[key]);
  now.lines = {};
  if (!list.length) { close(); return; }
  now.at = Math.min(now.at, list.length - 1);
  if ($.dialog.open) draw();
}

// Of the bin, where it is looked at: what came back from there is no more in the list.
function cameBack(keys) {
  const d = $.dialog.open && here() && details[keyOf(here())];
  if (d && d.binned && keys.includes(keyOf(here()))) gone([keyOf(here())]);
}

function leaveField(e) {
  if (!within(e.target, "input, textarea")) return;
  e.preventDefault();
  e.target.blur();
  $.close.focus();
}

// On the window: a focused arrow that hides at the last picture takes the focus with it.
function keyed(e) {
  if (!$.dialog.open || e.ctrlKey || e.metaKey || e.altKey || document.querySelector(".sg-confirm[open]")) return;
  if ($.compare.open) return;
  if (within(e.target, "input, textarea, select, video, audio")) {
    if (e.key === "Escape") leaveField(e);
    return;
  }
  if (e.key.toLowerCase() === "c") return compare();
  if (e.key === "F" && e.shiftKey) return fillScreen($.room);
  if (zoomKey(e, stage.view)) return e.preventDefault();
  const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1 }[e.key];
  if (step) { e.preventDefault(); go(step); }
  else marked(e);
}

// With the one after it, else the one before; another can be chosen there.
function compare() {
  const first = here(), others = list.filter((i) => i !== first && pictured(i));
  const second = others[Math.min(others.length - 1, list.slice(0, now.at).filter(pictured).length)];
  if (!second) return toast(t("There is no other image to compare with."));
  emit("compare", { list, first, second });
}

function marked(e) {
  if (e.repeat) return;   // a key that is held walks, and marks nothing
  const d = details[keyOf(here())];
  if (!d || !d.mine || d.binned) return;
  if (e.key.toLowerCase() === "f") favour();
  else if (/^[0-5]$/.test(e.key)) rate(Number(e.key));
  else if (e.key === "Delete") { e.preventDefault(); remove(here()); }
}

// Fetched first, so that a refusal is a sentence and no page.
const downloadBare = once(async (tile) => {
  toast(t("Making the copy…"));
  try {
    const answer = await fetch(addressOf(tile, "?bare"));
    if (!answer.ok) return toast((await answer.json()).error);
    const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") || "");
    const href = URL.createObjectURL(await answer.blob());
    h("a", { href, download: name ? name[1] : "stepglass" }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
    return toast(t("Downloaded, without metadata."));
  } catch {
    return toast(t("The app cannot be reached: try again in a moment."));
  }
});

// What stands in the menu beside what has a button.
function openMore() {
  const tile = here(), d = details[keyOf(tile)];
  openMenu([
    ...[
      ...(isVideo(tile) ? OF_VIDEO.filter((name) => name !== "last") : pictured(tile) ? ["workflow"] : []),
      ...(tile.grid ? ["grid"] : []),
      ...(d && d.mine ? ["again", "link"] : []),
    ].map((name) => ({ label: ACTS[name][0], title: ACTS[name][1], act: () => act(name, tile) })),
    null,
    ...(tile.n >= 0 ? [{
      label: t("Download without metadata"),
      title: t("A copy that remembers neither prompt nor workflow"),
      act: () => downloadBare(tile),
    }] : []),
    { label: t("Copy prompt"), act: () => copyText((d && d.prompt) || "", t("Prompt copied.")) },
    { label: t("Timing"), title: t("Where the time went, node by node"), act: () => act("spans", tile) },
  ], $.more.getBoundingClientRect(), t("More"));
}

const VARIATIONS = ["subtle", "strong", "variation"];
function openVariations() {
  const tile = here(), names = pictured(tile) ? VARIATIONS : VARIATIONS.slice(2);
  openMenu(
    names.map((name) => ({
      label: ACTS[name][0].replace(/^Variation: ./, (start) => start.slice(-1).toUpperCase()),
      title: ACTS[name][1],
      act: () => act(name, tile),
    })),
    $.variation.getBoundingClientRect(),
    t("Variation"),
  );
}

function setUp() {
  on("open", (e) => open(e.detail));
  on("removed", (e) => queueMicrotask(() => gone(e.detail.keys)));   // after the gallery, whose list it may be
  on("restored", (e) => cameBack(e.detail.keys));
  on("changed", (e) => e.detail.keys.forEach((key) => delete details[key]));
  on("found", (e) => { if (e.detail.list === list) longer(); });
  window.addEventListener("keydown", keyed);
  // A player must not go on behind a closed dialog.
  $.dialog.addEventListener("close", () => {
    $.other.replaceChildren();
    now.lines = {};
    if (here()) emit("left", { tile: here() });
  });
  closesBeside($.dialog);
  const isWhole = () => $.stage.dataset.zoomed === "false";   // else a drag moves it
  const shown = (target) => (target === $.picture && isWhole() ? { element: $.picture, tile: here() } : null);
  sends($.stage, shown, close);
  $.back.onclick = () => go(-1);
  $.next.onclick = () => go(1);
  $.close.onclick = close;
  for (const name of ["use", "input", "upscale", "inpaint", "outpaint", "last"])
    $[name].onclick = () => act(name, here());
  $.variation.onclick = openVariations;
  $.more.onclick = openMore;
  $.beside.onclick = compare;
  $.remove.onclick = () => remove(here());
  $.restore.onclick = () => restore(here());
  $.purge.onclick = purge;
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} given */
export function mount(given) {
  Object.assign(host, given);
  refs($, host.element);
  startWords();
  stage.setUp(go);
  startFilm();
  startCompare();
  startActs();
  startGrid();
  setUp();
}
