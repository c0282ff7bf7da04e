// A video, or an image that moves, plays in its tile while the mouse or the keyboard is on it: without a sound,
// and never where less motion or less data is asked for.

import { clock } from "../shell/format.js";
import { h } from "../shell/dom.js";
import { addressOf } from "../shell/image_key.js";
import { kindOf } from "../shell/media.js";
import { $ } from "./host.js";

const WAIT = 150;            // milliseconds on a tile before anything is fetched
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let shown = null;            // the tile's button, and what plays over its thumbnail
let waits = 0;

/** Whether there is something in *tile* to play. @param {any} tile */
export const moves = (tile) =>
  tile.thumb && (kindOf(tile.media) === "video"
    || (kindOf(tile.media) === "image" && (tile.seconds > 0 || tile.media === "image/gif")));

/** How long *tile* is, as its mark says; nothing where it does not move, or nobody knows. @param {any} tile */
export const lengthOf = (tile) =>
  (tile.seconds > 0 ? h("b", { class: "gal-length" }, clock(Math.round(tile.seconds))) : null);

const mayPlay = () => !calm.matches && !(/** @type {any} */ (navigator).connection?.saveData);

function begin(button) {
  if (shown?.button === button) return;
  end();
  const { tile } = button.parentElement;
  if (!moves(tile) || !mayPlay()) return;
  waits = setTimeout(() => play(button, tile), WAIT);
}

function play(button, tile) {
  const isVideo = kindOf(tile.media) === "video", common = { class: "gal-moving", "aria-hidden": "true" };
  const moving = isVideo
    ? h("video", { ...common, loop: true, playsinline: true, disablepictureinpicture: true })
    : h("img", { ...common, alt: "", draggable: "false" });
  if (isVideo) {
    moving.muted = true;
    moving.autoplay = true;
  }
  moving.onerror = () => moving.remove();
  moving.src = addressOf(tile);
  button.append(moving);
  shown = { button, moving };
}

function end() {
  clearTimeout(waits);
  if (!shown) return;
  shown.moving.remove();
  shown.moving.removeAttribute("src");   // lets go of the connection that it is fetched by
  shown.moving.load?.();
  shown = null;
}

/** Begin. */
export function setUp() {
  const tileAt = (e) => e.target.closest(".gal-cell")?.querySelector(".gallery-tile");
  $.grid.addEventListener("pointerover", (e) => {
    const button = e.pointerType === "mouse" && tileAt(e);
    if (button) begin(button);
  });
  $.grid.addEventListener("pointerout", (e) => {
    if (!e.relatedTarget?.closest?.(".gal-cell")?.contains(e.target)) end();
  });
  $.grid.addEventListener("focusin", (e) => {
    if (e.target.matches(".gallery-tile:focus-visible")) begin(e.target);
  });
  $.grid.addEventListener("focusout", end);
  document.addEventListener("visibilitychange", end);
}
