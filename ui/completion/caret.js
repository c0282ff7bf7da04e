// Where on the screen the caret of a text box is: its text is laid out once more, beside the page.

import { h } from "../shell/dom.js";

const COPIED = ["boxSizing", "width", "font", "letterSpacing", "lineHeight", "padding", "border", "textIndent",
  "tabSize", "wordSpacing", "direction"];
const LONG = 4000;     // characters that are laid out; of more, where the box ends is near enough

/**
 * The left, top and bottom of the character at *at*, in pixels of the window.
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 * @param {number} at
 */
export function caretOf(field, at) {
  const box = field.getBoundingClientRect();
  if (at > LONG) return { left: box.left, top: box.top, bottom: box.bottom };
  const style = getComputedStyle(field), mark = h("span", {}, "\u200b");
  const copy = h("div", { class: "complete-copy", "aria-hidden": "true" }, field.value.slice(0, at), mark);
  for (const name of COPIED) copy.style[name] = style[name];
  document.body.append(copy);
  const line = mark.getBoundingClientRect(), whole = copy.getBoundingClientRect();
  copy.remove();
  const left = box.left + line.left - whole.left - field.scrollLeft;
  const top = box.top + line.top - whole.top - field.scrollTop;
  const within = (value) => Math.min(box.bottom, Math.max(box.top, value));
  return { left, top: within(top), bottom: within(top + line.height) };
}
