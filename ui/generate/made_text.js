// Texts that are put where prompts are typed: which are worth asking the app about. Pure.

const LEAST = 15, MOST = 8_000_000;   // characters
const SIGNS = [/^\s*\{\s*"/, /(?:^|\s)Steps: ?\d/, /^[ \t]*Negative prompt:/m];

/** Whether *text* may say how an image was made. The app, which reads it, has the last word. @param {string} text */
export const mayBeMade = (text) =>
  text.length >= LEAST && text.length <= MOST && SIGNS.some((sign) => sign.test(text));

/**
 * What came into a field at once, exactly; "" for what was changed in other places too.
 * @param {{ value: string, start: number, end: number }} before  the field, with what was selected in it
 * @param {string} after
 */
export function broughtIn({ value, start, end }, after) {
  const head = value.slice(0, start), tail = value.slice(end);
  const isOne = after.length >= head.length + tail.length && after.startsWith(head) && after.endsWith(tail);
  return isOne ? after.slice(head.length, after.length - tail.length) : "";
}

const MARKS = { 0xfffe: "utf-16le", 0xfeff: "utf-16be" };

/** The text of a file, by the mark at its beginning. @param {ArrayBuffer} data */
export function textOf(data) {
  const mark = data.byteLength > 1 ? new DataView(data).getUint16(0) : 0;
  return new TextDecoder(MARKS[mark] || "utf-8").decode(data);
}
