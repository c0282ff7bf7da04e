// Names to complete, up to hundreds of thousands, looked through at every key. All that a name may be found
// by is one text, a line each, in the order of the names; to look is to search that text. Pure.

const SPECIAL = /[_\s\\]+/g;
const PAUSE = 20000;   // names that are read at one go while a page goes on

/** As words are compared: without case; underscores are spaces. @param {string} words */
export const folded = (words) => words.toLowerCase().replace(SPECIAL, " ").trim();

/**
 * @typedef {object} Found
 * @property {number} number  of the name, in the order that they came in
 * @property {number} key  which of its keys: 0 is itself, all others lead to it
 * @property {boolean} begins  whether that key begins with what was looked for
 */

export class Shelf {
  #text = "\n";
  #starts = new Uint32Array(0);   // where each line begins
  #names = new Uint32Array(0);    // whose line it is
  #first = new Uint32Array(0);    // the first line of each name

  /** How many names. */
  size = 0;

  /**
   * Read *size* names, those that should be found first coming first.
   * @param {number} size
   * @param {(number: number) => readonly string[]} keys  of a name: itself, then what leads to it
   * @returns {Generator<void, Shelf>} stops now and then, so that a page can go on meanwhile
   */
  static* reading(size, keys) {
    const shelf = new Shelf(), lines = /** @type {string[]} */ ([]), names = /** @type {number[]} */ ([]);
    shelf.#first = new Uint32Array(size);
    for (let number = 0; number < size; number += 1) {
      if (number % PAUSE === PAUSE - 1) yield;
      shelf.#first[number] = lines.length;
      for (const key of keys(number)) { lines.push(folded(key)); names.push(number); }
    }
    shelf.#names = Uint32Array.from(names);
    shelf.#starts = new Uint32Array(lines.length);
    let at = 1;
    lines.forEach((line, n) => { shelf.#starts[n] = at; at += line.length + 1; });
    shelf.#text = `\n${lines.join("\n")}\n`;
    shelf.size = size;
    return shelf;
  }

  /** @param {number} size @param {(number: number) => readonly string[]} keys */
  static of(size, keys) {
    const reading = Shelf.reading(size, keys);
    for (;;) {
      const step = reading.next();
      if (step.done) return step.value;
    }
  }

  /**
   * At most *most* names: those that begin with *query*, then those of which a word does, then, of a query of
   * three letters, those that it is somewhere in.
   * @param {string} query
   * @param {number} most
   * @param {{ onlyBegins?: boolean }} [options]
   * @returns {Found[]}
   */
  find(query, most, { onlyBegins = false } = {}) {
    const words = folded(query), found = /** @type {Map<number, Found>} */ (new Map());
    if (!words) return this.#all(most);
    this.#look(`\n${words}`, 1, most, found);
    if (onlyBegins) return [...found.values()];
    this.#look(` ${words}`, 1, most, found);
    if (words.length > 2) this.#look(words, 0, most, found);
    return [...found.values()];
  }

  #all(most) {
    return Array.from({ length: Math.min(most, this.size) }, (_, number) => ({ number, key: 0, begins: true }));
  }

  #look(words, skip, most, found) {
    const text = this.#text, begins = words[0] === "\n";
    for (let at = text.indexOf(words); at >= 0 && found.size < most; at = text.indexOf(words, at + 1)) {
      const line = this.#line(at + skip), number = this.#names[line];
      if (!found.has(number)) found.set(number, { number, key: line - this.#first[number], begins });
    }
  }

  // The line that holds the character at *at*.
  #line(at) {
    const starts = this.#starts;
    let low = 0, high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
