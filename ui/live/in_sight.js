// On a phone the live panel lies beneath the form: after a press its bar is brought into sight, and
// again while the panel grows to what it has to say.

import { within } from "../shell/dom.js";

const NARROW = 720;   // pixels up to which it lies beneath, as in form.css and workflow.css
const GROWING = 1200; // milliseconds in which it grows
let pressed = false;

document.addEventListener("click", (e) => {
  if (within(e.target, "#generate-button, #workflow-generate")) pressed = true;
});

/** Whether Generate was pressed since this was asked last. */
export function wasPressed() {
  const was = pressed;
  pressed = false;
  return was;
}

/** @param {HTMLElement} bar  what is to be seen */
export function bringIntoSight(bar) {
  if (innerWidth > NARROW) return;
  const growing = new ResizeObserver(() => bar.scrollIntoView({ block: "nearest", behavior: "smooth" }));
  growing.observe(bar);
  growing.observe(bar.parentElement);
  setTimeout(() => growing.disconnect(), GROWING);
}
