// Dialogs of the selection: tags, collections, and the list of keys.

import { emit } from "../shell/events.js";
import { toast } from "../shell/toast.js";
import { plural } from "../shell/count.js";
import { ask, h, icon, within } from "../shell/dom.js";
import { amountOf, keyOf, keysIn, pairOf } from "../shell/image_key.js";
import { $, host, now } from "./host.js";
import { openCompare } from "./compare.js";
import { closeMenu, foldBatches } from "./find.js";
import { meant } from "./fold.js";
import { beside, focusTile } from "./grid.js";
import { begin } from "./load.js";
import { busy, choose, chooseAll, chooseNone, chosen, favour, purgePicked, rate, remove } from "./pick.js";
import { inDialog, picked, visible } from "./state.js";

export function openDialog(title, ...content) {
  $.dialog.setAttribute("aria-label", title);
  $.dialog.replaceChildren(
    h(
      "header",
      {},
      h("h2", {}, title),
      h(
        "button",
        { type: "button", class: "full-close", "aria-label": "Close", onclick: () => $.dialog.close() },
        "×",
      ),
    ),
    h("div", { class: "gal-dialog-body" }, ...content),
  );
  if (!$.dialog.open) $.dialog.showModal();
}

// Tags or collections for what is selected: new ones typed, known ones pressed.
export async function openLabels(kind) {
  const wanted = chosen(), images = wanted.map(pairOf), tags = kind === "tag";
  const input = h("input", {
    type: "text",
    class: "gal-select",
    [tags ? "data-limit-each" : "data-limit"]: 80,
    placeholder: tags ? "A tag, or several with commas" : "A collection's name",
    "aria-label": tags ? "New tags" : "Name of the collection",
    autofocus: true,
  });
  const known = h("div", { class: "gal-picks" });
  const take = (names) =>
    tags
      ? label({ images, add: names }, host.server.gal_tag, names)
      : label({ images, name: names[0], on: true }, host.server.gal_collect, names);
  const leave = (name) =>
    tags
      ? unlabel({ images, remove: [name] }, host.server.gal_tag, name)
      : unlabel({ images, name, on: false }, host.server.gal_collect, name);
  const form = h("form", { class: "gal-inline", onsubmit: (e) => {
    e.preventDefault();
    const names = (tags ? input.value.split(",") : [input.value]).map((one) => one.trim()).filter(Boolean);
    if (names.length) take(names);
  } }, input, h("button", { type: "submit", class: "sg-button sg-primary" }, tags ? "Add" : "Put in"));
  const how = h("p", { class: "sg-note" }, `${amountOf(wanted)} selected.`);
  openDialog(tags ? "Tag" : "Put into a collection", how, form, known);
  input.focus();
  const answer = await ask(() => host.server.gal_facets({}));
  if (answer.error || !known.isConnected) return;
  now.facets = answer;
  const offered = answer[kind].map(([name]) => name);
  known.replaceChildren(
    ...offered.map((name) =>
      h(
        "span",
        { class: "gal-known" },
        h(
          "button",
          {
            type: "button",
            class: "gal-pick",
            title: tags ? `Add “${name}”` : `Put into “${name}”`,
            onclick: () => take([name]),
          },
          name,
        ),
        h(
          "button",
          {
            type: "button",
            class: "gal-unpick",
            "aria-label": `Take “${name}” away from what is selected`,
            title: `Take “${name}” away`,
            onclick: () => leave(name),
          },
          icon("close"),
        ),
      ),
    ),
  );
}

async function label(what, call, names) {
  const answer = await busy("Keeping…", () => call(what));
  if (answer.error) return toast(answer.error);
  $.dialog.close();
  touched(what.images);
  return toast(`${plural(answer.changed, "image")}: ${names.map((n) => `“${n}”`).join(", ")}.`);
}

async function unlabel(what, call, name) {
  const answer = await busy("Keeping…", () => call(what));
  if (answer.error) return toast(answer.error);
  $.dialog.close();
  touched(what.images);
  return toast(`“${name}” taken away.`);
}

// What the full view knows of these is old; and so is what is found by tags.
function touched(images) {
  emit("changed", { keys: keysIn({ images }) });
  if (now.search.tags || now.search.collection) begin();
}

const KEYS = [
  ["Arrows", "From image to image"],
  ["Enter", "Open the image"],
  ["Space", "Select, or not"],
  ["Shift Space", "Select the range up to here"],
  ["Ctrl A", "Select all that is loaded"],
  ["0 – 5", "Rate; 0 takes the rating away"],
  ["F", "Favourite, or not"],
  ["C", "Compare two that are selected"],
  ["B", "Fold batches, or show every image"],
  ["Delete", "Into the bin"],
  ["Home", "To the first"],
  ["/", "Search"],
  ["Escape", "Select nothing; close"],
  ["+ − Z", "In the full view: closer, further away, all of it or pixel by pixel"],
  ["PageUp PageDown", "In the full view: the image before, the one after"],
  ["Shift+F", "In the full view: fill the screen"],
  ["?", "This list"],
];

export function openKeys() {
  openDialog(
    "Keys",
    h(
      "dl",
      { class: "gal-keys" },
      ...KEYS.map(([keys, what]) =>
        h("div", {}, h("dt", {}, ...keys.split(" ").flatMap((k) => [h("kbd", {}, k), " "])), h("dd", {}, what)),
      ),
    ),
    h("p", { class: "sg-note" }, "On a touch screen: long-press an image to select it."),
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
      now.from = now.cursor;
      meant(now.tiles[now.cursor]).forEach((t) => picked.add(keyOf(t)));
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
  return { "?": openKeys, "/": toSearch, b: foldBatches }[e.key];
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
  else if (key === "f") favour(wanted, !wanted.every((t) => t.favourite));
}

function controlled(e) {
  if (e.key.toLowerCase() !== "a" || !now.tiles.length) return;
  e.preventDefault();
  chooseAll();
}

/** Answer a key that was pressed anywhere on the page. @param {KeyboardEvent} e */
export function keyed(e) {
  if (!visible() || inDialog() || e.isComposing || e.altKey) return;
  if (within(e.target, "input, textarea, select, [contenteditable]")) return;
  if (e.ctrlKey || e.metaKey) return controlled(e);
  const act = general(e), wanted = concerned();
  if (act) {
    e.preventDefault();
    act();
  } else if (e.key === "Escape" && $.menu.open) closeMenu();
  else if (e.key === "Escape" && picked.size) chooseNone();
  else if (wanted.length) marking(e, wanted);
}
