// The film strip under the image: all of the list, of which only what is seen is in the page.

import { h, show } from "../shell/dom.js";
import { sends } from "../shell/drag.js";
import { addressOf } from "../shell/image_key.js";
import * as media from "../shell/media.js";
import { $ } from "./host.js";
import { close, go, list } from "./picture.js";
import { shownOf } from "./film_range.js";
import { now } from "./host.js";
import { t } from "../words/words.js";

const STEP = 58;             // pixels from one to the next, as in fullview.css

function frame(tile, n) {
  const here = n === now.at;
  const button = h(
    "button",
    {
      type: "button",
      "aria-label": t("Image {n} of {count}: {prompt}", {
      n: n + 1, count: list.length, prompt: tile.prompt || t("no prompt"),
    }),
      "aria-current": here ? "true" : null,
      tabindex: here ? 0 : -1,
      "data-mate": String(tile.id === list[now.at].id),
      onclick: () => go(n - now.at),
    },
    tile.thumb === false || tile.n < 0
      ? media.small({ media: tile.n < 0 ? "text/plain" : tile.media })
      : h("img", {
        src: addressOf(tile, "?thumbnail"),
        alt: "",
        decoding: "async",
        draggable: "false",
        onerror: media.failed(tile),
      }),
  );
  button.style.left = `${n * STEP}px`;
  Object.assign(button, { tile });
  return button;
}

function paint() {
  const [from, to] = shownOf($.film.scrollLeft, $.film.clientWidth, STEP, list.length);
  const had = $.film.contains(document.activeElement);
  $.filmRow.replaceChildren(...list.slice(from, to).map((tile, n) => frame(tile, from + n)));
  if (had) $.filmRow.querySelector("[aria-current]")?.focus({ preventScroll: true });
}

/** Draw it with the image that is shown in its middle. */
export function drawFilm() {
  show($.film, list.length > 1);
  if (list.length < 2) return;
  $.filmRow.style.width = `${list.length * STEP}px`;
  $.film.scrollLeft = now.at * STEP + STEP / 2 - $.film.clientWidth / 2;
  paint();
}

/** Draw more of it once the list has got longer. */
export function lengthen() {
  if ($.film.hidden) return drawFilm();
  $.filmRow.style.width = `${list.length * STEP}px`;
  paint();
}

export function setUp() {
  let waits = 0;
  sends($.film, (target) => {
    const element = target.closest("button");
    return element && { element, tile: element.tile };
  }, close);
  $.film.addEventListener("scroll", () => {
    cancelAnimationFrame(waits);
    waits = requestAnimationFrame(paint);
  });
  new ResizeObserver(() => { if ($.dialog.open) drawFilm(); }).observe($.film);
  $.film.addEventListener("wheel", (e) => {
    if (Math.abs(e.deltaX) > Math.abs(e.deltaY)) return;
    e.preventDefault();
    $.film.scrollLeft += e.deltaY;
  }, { passive: false });
}
