// The image in the full view, as large as one wants it: its thumbnail until all of it is there.

import { show } from "../shell/dom.js";
import { $ } from "./host.js";
import { lay, lens } from "../zoom/lens.js";
import { zoomBar } from "../zoom/bar.js";

/** @type {import("../zoom/lens.js").Lens} */
export let view;
let bar;
let wanted = null;           // the full image that is on its way, or shown

/** Show no image. */
export function clear() {
  wanted = null;
  view.show(null);
  show(bar.element, false);
}

/**
 * Show the image at *address*, and its *thumbnail* until then. *size* is that of the image, if known.
 * @param {{ address: string, thumbnail: string, width?: number, height?: number }} image
 * @param {() => void} then  called once all of it is there
 */
export function load({ address, thumbnail, width, height }, then) {
  const full = wanted = new Image();
  show(bar.element, true);
  $.picture.src = thumbnail;
  sized(width && height ? { width, height } : null);
  full.onload = () => {
    if (wanted !== full) return;
    $.picture.src = full.src;
    sized({ width: full.naturalWidth, height: full.naturalHeight });
    then();
  };
  full.src = address;
}

function sized(known) {
  $.picture.dataset.sized = String(Boolean(known));
  view.show(known);
}

/** Begin. *swiped* leads to the image before (-1) or after. */
export function setUp(swiped) {
  view = lens([$.stage], (now, of) => { lay($.picture, now, of); bar.say(now.scale); }, { swiped });
  bar = zoomBar(view, $.room);
  $.stage.append(bar.element);
}
