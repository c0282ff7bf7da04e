// The grid of a press: its images in their places, with the values of both axes at their sides. Any two are
// compared; any one is opened.

import { emit, on } from "../shell/events.js";
import { ask, closesBeside, h, icon } from "../shell/dom.js";
import { addressOf, keyOf } from "../shell/image_key.js";
import * as media from "../shell/media.js";
import { toast } from "../shell/toast.js";
import { $, host } from "./host.js";
import { t } from "../words/words.js";

/** @typedef {import("../shell/wire.js").GridOf} GridOf */
/** @typedef {import("../shell/wire.js").GridCell} GridCell */

const AGAIN = 2000;          // milliseconds until what is still to come is looked for again
const WORDS = {
  queued: t("Waiting"), submitted: t("Waiting"), running: t("Running"), failed: t("Failed"),
  cancelled: t("Cancelled"), lost: t("Lost"),
  finished: t("In the bin"),
};

let id = "";                 // a generation of the press that is shown
/** @type {GridOf} */
let grid = null;
let picked = [];             // keys of at most two images, the older first
let timer = 0;

const tiles = () => [...grid.cells].sort((a, b) => a.row - b.row || a.column - b.column).flatMap((cell) => cell.tiles);

/** Show the grid of the press that *tile* is of. @param {{ id: string }} tile */
export async function openGrid(tile) {
  const answer = await ask(() => host.server.gal_grid({ id: tile.id }));
  if (answer.error) { toast(answer.error); return; }
  id = tile.id;
  picked = [];
  if (!$.grid.open) $.grid.showModal();
  draw(answer);
}

async function look() {
  clearTimeout(timer);
  const mine = id, answer = await ask(() => host.server.gal_grid({ id }));
  if (mine !== id || !$.grid.open) return;
  if (answer.error) $.grid.close();
  else draw(answer);
}

function draw(answer) {
  grid = answer;
  const { columns, rows, cells } = grid, at = new Map(cells.map((cell) => [`${cell.column}/${cell.row}`, cell]));
  const isSided = rows.some(Boolean), corner = isSided ? [h("td", {})] : [];
  const head = columns.some(Boolean)
    ? h("thead", {}, h("tr", {}, ...corner, ...columns.map((label) => h("th", { scope: "col" }, label))))
    : null;
  const line = (label, row) =>
    h("tr", {}, isSided ? h("th", { scope: "row" }, label) : null,
      ...columns.map((column, n) => place(at.get(`${n}/${row}`), [column, label].filter(Boolean).join(", "))));
  $.gridTable.style.setProperty("--columns", String(columns.length));
  $.gridTable.replaceChildren(...[head, h("tbody", {}, ...rows.map(line))].filter(Boolean));
  drawPicks();
  clearTimeout(timer);
  if (grid.live) timer = setTimeout(look, AGAIN);
}

/** @param {GridCell | undefined} cell @param {string} label */
function place(cell, label) {
  const tile = cell?.tiles[0];
  if (!tile) return h("td", {}, h("p", { class: "grid-none" }, cell ? WORDS[cell.status] || cell.status : t("Deleted")));
  const shown = tile.thumb
    ? h("img", { src: addressOf(tile, "?thumbnail"), alt: "", draggable: "false", onerror: media.failed(tile) })
    : media.small(tile);
  const open = () => { const list = tiles(); emit("open", { list, at: list.indexOf(tile) }); };
  return h(
    "td",
    { "data-key": keyOf(tile) },
    h("button", { type: "button", class: "grid-open", "aria-label": t("Open: {label}", { label }), onclick: open }, shown),
    h("button", {
      type: "button", class: "gal-check", role: "checkbox", "aria-label": t("Select to compare: {label}", { label }),
      onclick: () => pick(keyOf(tile)),
    }, icon("check")),
    cell.tiles.length > 1 ? h("b", { title: t("{count} images", { count: cell.tiles.length }) }, String(cell.tiles.length)) : null,
  );
}

// A third one takes the place of the first.
function pick(key) {
  picked = picked.includes(key) ? picked.filter((one) => one !== key) : [...picked.slice(-1), key];
  drawPicks();
}

function drawPicks() {
  $.gridTable.querySelectorAll("td[data-key]").forEach((cell) => {
    const isPicked = picked.includes(cell.dataset.key);
    cell.dataset.picked = String(isPicked);
    cell.querySelector(".gal-check").setAttribute("aria-checked", String(isPicked));
  });
  $.gridCompare.disabled = picked.length < 2;
  $.gridSay.textContent = [t("Select two images to compare them."), t("Select one more to compare."), ""][picked.length];
}

function compare() {
  const list = tiles(), [first, second] = list.filter((tile) => picked.includes(keyOf(tile)));
  if (second) emit("compare", { list, first, second });
}

/** Begin. */
export function setUp() {
  closesBeside($.grid);
  $.gridClose.onclick = () => $.grid.close();
  $.gridCompare.onclick = compare;
  $.grid.addEventListener("keydown", (e) => {
    if (e.key.toLowerCase() === "c" && !e.ctrlKey && !e.metaKey && !e.altKey) compare();
  });
  for (const name of /** @type {const} */ (["removed", "restored"])) on(name, () => { if ($.grid.open) look(); });
}
