// What can be made of an image, offered alike wherever one is shown. The full view's script does it.

import { plural } from "./count.js";
import { emit } from "./events.js";
import { kindOf } from "./media.js";
import { openMenu } from "./menu.js";
import { t } from "../words/words.js";

/** @typedef {import("./events.js").Tile} Tile */

/** By name: what it is called, and what it does. */
export const ACTS = {
  use: [t("Use settings"), t("Fill the form with exactly these settings, seed included")],
  model: [t("Try another model"), t("Fill the form with these settings and choose the model")],
  subtle: [t("Variation: subtle"), t("Start from this image and change it a little")],
  strong: [t("Variation: strong"), t("Start from this image and change much of it")],
  variation: [t("Variation: new seed"), t("Fill the form with these settings and a new seed")],
  upscale: [t("Upscale"), t("Enlarge this image with an upscale model")],
  inpaint: [t("Inpaint"), t("Paint over a part of this image and redo it")],
  outpaint: [t("Outpaint"), t("Extend this image beyond its edges")],
  input: [t("Use as input"), t("Start from this image in the Generate form")],
  workflow: [t("Send to workflow"), t("Give this image to the open workflow")],
  extend: [t("Extend from last frame"), t("Open the workflow that made this video, with its last frame to start from")],
  last: [t("Use last frame as input"), t("Start from the last frame of this video in the Generate form")],
  first: [t("Use first frame as input"), t("Start from the first frame of this video in the Generate form")],
  frame: [t("Send last frame to workflow"), t("Give the last frame of this video to the open workflow")],
  grid: [t("Open as grid"), t("Show all images of its X/Y grid, with the values at the sides")],
  again: [t("Run again"), t("Add it to the queue again, with a new seed")],
  heart: [t("Favourite"), t("Add it to your favourites, or remove it")],
  stars: [t("Rate…"), t("Give it one to five stars")],
  bin: [t("Delete"), t("Move it to the bin")],
  link: [t("Copy link"), t("Copy a private link: whoever has it sees this generation, and can change nothing")],
};
/** Groups of them, in the order to show them. */
const ORDER = [["subtle", "strong", "variation"], ["upscale", "inpaint", "outpaint"],
  ["extend", "last", "first", "frame"], ["use", "model", "input", "workflow"], ["grid", "again", "link"],
  ["heart", "stars", "bin"]];

const MARKS = ["heart", "stars", "bin"];
const OF_ANY_FILE = ["grid", "use", "model", "variation", "again", "link", ...MARKS];
export const OF_VIDEO = ["extend", "last", "first", "frame", "workflow"];
const ONLY_VIDEO = new Set(OF_VIDEO.filter((name) => name !== "workflow"));
export const isImage = (tile) => tile.n >= 0 && kindOf(tile.media) === "image";
export const isVideo = (tile) => tile.n >= 0 && kindOf(tile.media) === "video";

/** Whether *name* can be done with *tile*. @param {string} name @param {Tile} tile */
const suits = (name, tile) =>
  OF_ANY_FILE.includes(name) || (isVideo(tile) ? OF_VIDEO.includes(name) : isImage(tile) && !ONLY_VIDEO.has(name));

/** Do *name* with *tile*. @param {string} name @param {Tile} tile */
export const act = (name, tile) => emit("act", { name, tile });
/** Give *tile* so many stars, 0 for none. @param {Tile} tile @param {number} rating */
export const rate = (tile, rating) => emit("act", { name: "rate", tile, rating });

const labelOf = (name, tile) => (name === "heart" && tile.favourite ? t("Unfavourite") : ACTS[name][0]);

/**
 * Offer what can be made of *tile* in a menu at *anchor*: an element, or a press of the pointer.
 * @param {Tile} tile
 * @param {Element | MouseEvent} anchor
 * @param {{ but?: string[], mine?: boolean }} [how]  names of acts that are offered elsewhere; whether it is
 *   one's own, to be marked and deleted
 */
export function openActs(tile, anchor, { but = [], mine = true } = {}) {
  const isFor = (name) =>
    suits(name, tile) && (name !== "grid" || tile.grid) && (mine || !MARKS.includes(name));
  const groups = ORDER.map((names) => names.filter((name) => isFor(name) && !but.includes(name)))
    .filter((names) => names.length);
  const at = placeOf(anchor);
  const done = (name) => () => (name === "stars" ? openStars(tile, at) : act(name, tile));
  const items = groups.flatMap((names, n) => [
    ...(n ? [null] : []),
    ...names.map((name) => ({ label: labelOf(name, tile), title: ACTS[name][1], act: done(name) })),
  ]);
  openMenu(items, at, isVideo(tile) ? t("What to make of this video") : t("What to make of this image"));
}

const placeOf = (anchor) =>
  anchor instanceof Element
    ? anchor.getBoundingClientRect()
    : { left: anchor.clientX, top: anchor.clientY, bottom: anchor.clientY };

function openStars(tile, at) {
  const items = [5, 4, 3, 2, 1, 0].map((rating) => ({
    label: `${rating ? plural(rating, "star") : t("No stars")}${rating === (tile.rating || 0) ? " ✓" : ""}`,
    act: () => rate(tile, rating),
  }));
  openMenu(items, at, t("Rating"));
}
