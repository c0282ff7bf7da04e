// What keys do in the gallery, and the list of them.

import { h, within } from "../shell/dom.js";
import { keyOf } from "../shell/image_key.js";
import { $, now } from "./host.js";
import { openCompare } from "./compare.js";
import { closeMenu, foldBatches, resize } from "./find.js";
import { meant } from "./fold.js";
import { beside, focusTile } from "./grid.js";
import { openDialog } from "./labels.js";
import { choose, chooseAll, chooseNone, chosen, favour, purgePicked, rate, remove } from "./pick.js";
import { inDialog, picked, visible } from "./state.js";
import { t } from "../words/words.js";

const KEYS = [
  [t("Arrows"), t("Move between images")],
  [t("Enter"), t("Open the image")],
  [t("Space"), t("Toggle selection")],
  [t("Shift Space"), t("Select the range up to here")],
  [t("Ctrl A"), t("Select all that is found")],
  ["0 – 5", t("Rate; 0 removes the rating")],
  ["F", t("Toggle favourite")],
  ["C", t("Compare the two selected images")],
  ["+ −", t("Larger and smaller images")],
  ["B", t("Fold or unfold batches")],
  [t("Delete"), t("Move to the bin")],
  [t("Home"), t("Go to the first image")],
  ["/", t("Search")],
  [t("Escape"), t("Clear the selection; close")],
  ["+ − Z", t("In the full view: zoom in, zoom out, fit or 100 %")],
  [t("PageUp PageDown"), t("In the full view: previous and next image")],
  [t("Shift+F"), t("In the full view: fill the screen")],
  ["?", t("Show this list")],
];

export function openKeys() {
  openDialog(
    t("Keys"),
    h(
      "dl",
      { class: "gal-keys" },
      ...KEYS.map(([keys, what]) =>
        h("div", {}, h("dt", {}, ...keys.split(" ").flatMap((k) => [h("kbd", {}, k), " "])), h("dd", {}, what)),
      ),
    ),
    h("p", { class: "sg-note" }, t("On a touch screen: long-press an image to select it.")),
  );
}

// Keys: for the selection where there is one, else for the picture that has the focus.
const concerned = () =>
  picked.size ? chosen() : now.tiles[now.cursor] && onTile() ? meant(now.tiles[now.cursor]) : [];
const onTile = () => Boolean(document.activeElement && document.activeElement.closest(".gal-cell"));

/** Where an arrow, Home or End leads from the cursor. @type {Record<string, () => number>} */
const MOVES = {
  ArrowRight: () => now.cursor + 1,
  ArrowLeft: () => now.cursor - 1,
  ArrowDown: () => beside(now.cursor, 1),
  ArrowUp: () => beside(now.cursor, -1),
  Home: () => 0,
  End: () => now.tiles.length - 1,
};

// With Shift, what is walked over is selected.
function walk(e) {
  const to = onTile() ? MOVES[e.key]() : now.cursor;
  if (e.shiftKey && now.tiles[to]) {
    if (!picked.size) {
      now.from = keyOf(now.tiles[now.cursor]);
      meant(now.tiles[now.cursor]).forEach((one) => picked.add(keyOf(one)));
    }
    choose(now.tiles[to], true);
  }
  focusTile(to);
}

function toSearch() {
  $.query.focus();
  $.query.select();
}

// What a key does wherever one is in the gallery; nothing where it does nothing.
function general(e) {
  const isArrow = document.activeElement === document.body && e.key.startsWith("Arrow");
  if (MOVES[e.key] && (onTile() || isArrow)) return () => walk(e);
  if (e.key === " " && onTile()) return () => choose(now.tiles[now.cursor], e.shiftKey);
  const act = { "?": openKeys, "/": toSearch, "b": foldBatches }[e.key], by = { "+": 1, "=": 1, "-": -1 }[e.key];
  return by ? () => resize(now.size + by) : act;
}

// What a key does with the images *wanted*. The browser's own answer to Delete is none.
function marking(e, wanted) {
  const key = e.key.toLowerCase();
  if (key === "delete") {
    e.preventDefault();
    if (!now.search.binned) remove(wanted);
    else if (picked.size) purgePicked();
  } else if (key === "c") {
    if (picked.size === 2) openCompare();
  } else if (now.search.binned) return;
  else if (/^[0-5]$/.test(key)) rate(wanted, Number(key));
  else if (key === "f") favour(wanted, !wanted.every((one) => one.favourite));
}

function controlled(e) {
  if (e.key.toLowerCase() !== "a" || !now.tiles.length) return;
  e.preventDefault();
  chooseAll();
}

// A key that is typed into a field; or held, where it does more than walk.
const isElsewhere = (e) =>
  e.isComposing || e.altKey || (e.repeat && !MOVES[e.key]) ||
  within(e.target, "input, textarea, select, [contenteditable]");

/** Answer a key that was pressed anywhere on the page. @param {KeyboardEvent} e */
export function keyed(e) {
  if (!visible() || inDialog() || isElsewhere(e)) return;
  if (e.ctrlKey || e.metaKey) return controlled(e);
  const act = general(e), wanted = concerned();
  if (act) {
    e.preventDefault();
    act();
  } else if (e.key === "Escape" && $.menu.open) closeMenu();
  else if (e.key === "Escape" && picked.size) chooseNone();
  else if (wanted.length) marking(e, wanted);
}
