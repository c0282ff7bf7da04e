// Small frames of all of a video, side by side: a press goes there. They are one image, made when first asked for.

import { h, show } from "../shell/dom.js";
import { clock } from "../shell/format.js";
import { addressOf } from "../shell/image_key.js";
import { t } from "../words/words.js";

const FRAMES = 10;   // as in storage/files/videos.py
const TALLEST = 64;  // pixels of a frame's height

/** The second that frame *n* is of. @param {number} n @param {number} seconds */
const secondOf = (n, seconds) => ((n + 0.5) / FRAMES) * seconds;

/** The frame that is shown at that second. @param {number} second @param {number} seconds */
export const frameAt = (second, seconds) =>
  seconds > 0 ? Math.min(FRAMES - 1, Math.max(0, Math.floor((second / seconds) * FRAMES))) : 0;

/**
 * The strip for *video*, which shows *tile*; where there can be none, a sentence that says why.
 * @param {import("../shell/events.js").Tile} tile
 * @param {HTMLVideoElement} video
 */
export function storyboard(tile, video) {
  const address = addressOf(tile, "?storyboard");
  const strip = h("div", { class: "full-board", role: "group", "aria-label": t("Storyboard"), hidden: true });
  const sheet = new Image();
  sheet.onload = () => {
    strip.replaceChildren(...Array.from({ length: FRAMES }, (_, n) => frame(sheet, n, video, tile)));
    show(strip, true);
    mark();
  };
  sheet.onerror = async () => {
    strip.replaceChildren(h("p", {}, await why(address)));
    show(strip, true);
  };
  const mark = () => {
    const now = frameAt(video.currentTime, lengthOf(video, tile));
    [...strip.children].forEach((one, n) => one.setAttribute("aria-current", String(n === now)));
  };
  video.addEventListener("timeupdate", mark);
  video.addEventListener("seeking", mark);
  sheet.src = address;
  return strip;
}

const lengthOf = (video, tile) => (Number.isFinite(video.duration) ? video.duration : tile.seconds || 0);

function frame(sheet, n, video, tile) {
  const button = h("button", {
    type: "button",
    "aria-label": t("Go to {time}", { time: clock(secondOf(n, lengthOf(video, tile))) }),
    onclick: () => { video.currentTime = secondOf(n, lengthOf(video, tile)); },
  });
  const shape = sheet.naturalWidth / FRAMES / sheet.naturalHeight;
  Object.assign(button.style, {
    aspectRatio: String(shape),
    maxWidth: `${TALLEST * shape}px`,
    backgroundImage: `url("${sheet.src}")`,
    backgroundPosition: `${(n / (FRAMES - 1)) * 100}% 0`,
  });
  return button;
}

async function why(address) {
  try {
    return (await (await fetch(address)).json()).error || "";
  } catch {
    return t("The frames of this video cannot be shown now.");
  }
}
