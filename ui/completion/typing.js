// Words that are put into a text box as if they had been typed, so that Ctrl+Z takes them out again.

/**
 * Put *words* in the place of what is from *start* to *end*; the caret is behind them then.
 * @param {HTMLTextAreaElement} field
 * @param {number} start
 * @param {number} end
 * @param {string} words
 */
export function put(field, start, end, words) {
  field.focus();
  field.setSelectionRange(start, end);
  // Deprecated, and the only way that keeps what was before for Ctrl+Z.
  const done = words ? document.execCommand("insertText", false, words) : document.execCommand("delete");
  if (done && field.value.startsWith(words, start)) return;
  field.setRangeText(words, start, end, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: words }));
}

/**
 * Put *words* at the end of what *field* holds, as one more part of it.
 * @param {HTMLTextAreaElement} field
 * @param {string} words
 */
export function add(field, words) {
  const before = field.value, end = before.trimEnd().length;
  const between = !end ? "" : /[,(]$/.test(before.slice(0, end)) ? " " : ", ";
  put(field, end, before.length, between + words);
}
