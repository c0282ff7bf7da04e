// The buttons over an image: closer, further away, all of it, pixel by pixel, the whole screen.

import { h, icon, text } from "../shell/dom.js";
import { percent } from "./arithmetic.js";
import { t } from "../words/words.js";

/**
 * The buttons of the lens *l*, and a way to say its scale. *room* is what fills the screen.
 * @param {import("./lens.js").Lens} l
 * @param {HTMLElement} room
 */
export function zoomBar(l, room) {
  const button = (label, title, sign, onclick) =>
    h("button", { type: "button", class: "full-zoom", "aria-label": label, title, onclick }, sign);
  const scale = h("output", { class: "full-percent", "aria-label": t("Zoom"), title: t("Screen pixels per image pixel") });
  const element = h(
    "div",
    { class: "full-zooms", role: "toolbar", "aria-label": t("Zoom") },
    button(t("Zoom out"), t("Zoom out (−)"), "−", () => l.step(false)),
    scale,
    button(t("Zoom in"), t("Zoom in (+)"), "+", () => l.step(true)),
    button(t("Fit to window"), t("The whole image (Shift 0, or Z)"), t("Fit"), l.fit),
    button(t("1:1, actual size"), t("One image pixel per screen pixel (Shift 1, or Z)"), "1:1", l.actual),
    document.fullscreenEnabled
      ? button(t("Full screen"), t("Full screen (Shift F)"), icon("screen"), () => fillScreen(room))
      : null,
  );
  return { element, say: (value) => text(scale, percent(value)) };
}

/** Let *room* fill the screen, or no more. @param {HTMLElement} room */
export function fillScreen(room) {
  if (document.fullscreenElement) document.exitFullscreen();
  else room.requestFullscreen?.().catch(() => { /* the browser does not allow it: all stays as it is */ });
}
