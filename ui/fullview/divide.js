// The line between two images that lie over each other: moved by pointer and by keys.

import { $ } from "./host.js";
import { t } from "../words/words.js";

const STEPS = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10 };
let at = 50;                 // percent of the width that the left image has

/** Leave the left image *percent* of the width. @param {number} percent */
export function divideAt(percent) {
  at = Math.max(0, Math.min(100, percent));
  $.pair.style.setProperty("--at", `${at}%`);
  $.divide.setAttribute("aria-valuenow", String(Math.round(at)));
  $.divide.setAttribute("aria-valuetext", t("{at} percent of the left image", { at: Math.round(at) }));
}

/** Let the line go to *x* pixels. @param {number} x */
export const divideTo = (x) => divideAt((x / $.pair.clientWidth) * 100);

export function setUp() {
  $.divide.addEventListener("pointerdown", (e) => {
    if (e.button) return;
    e.preventDefault();
    $.divide.setPointerCapture(e.pointerId);
    $.divide.focus({ preventScroll: true });
  });
  $.divide.addEventListener("pointermove", (e) => {
    if ($.divide.hasPointerCapture(e.pointerId)) divideTo(e.clientX - $.pair.getBoundingClientRect().left);
  });
  $.divide.addEventListener("keydown", (e) => {
    const step = STEPS[e.key];
    if (!step && e.key !== "Home" && e.key !== "End") return;
    e.preventDefault();
    e.stopPropagation();
    divideAt(step ? at + step : e.key === "Home" ? 0 : 100);
  });
  divideAt(50);
}
