// Texts of a template in the page's language, before any data is in it. A text with elements in it is
// one text, "<1>the API</1>, also as <2>openapi.json</2>": they are numbered as they come.

import { known, t } from "./words.js";

const SAID = ["title", "placeholder", "aria-label", "alt", "data-nav", "data-name", "data-table-name"];
const WORD = /\p{L}/u;
const tidy = (/** @type {string} */ text) => text.replace(/\s+/g, " ").trim();
const hasWords = (/** @type {Node} */ node) => node instanceof Text && WORD.test(node.data);

/** Whether *e* is one text with elements in it. @param {Node} e */
const isMixed = (e) =>
  [...e.childNodes].some(hasWords) && [...e.childNodes].some((n) => n instanceof Element && n.textContent.trim());

/** @param {Node} e @param {Element[]} within the elements so far */
function keyOf(e, within) {
  return [...e.childNodes].map((node) => {
    if (node instanceof Text) return node.data;
    if (!(node instanceof Element)) return "";
    const n = within.push(node);
    return `<${n}>${keyOf(node, within)}</${n}>`;
  }).join("");
}

/** Let *e* hold *text*, with the elements *within* where it says. */
function fill(e, text, within) {
  const made = [], open = [made];
  for (const [, close, n, plain] of text.matchAll(/<(\/?)(\d+)>|([^<]+|<)/g)) {
    if (plain !== undefined) open[open.length - 1].push(plain);
    else if (close) within[n - 1].replaceChildren(...open.pop());
    else { open[open.length - 1].push(within[n - 1]); open.push([]); }
  }
  e.replaceChildren(...made);
}

/** Put the texts and labels of *root*, a template without data, into the page's language. */
export function inWords(root) {
  if (root instanceof Element) {
    for (const name of SAID) if (root.hasAttribute(name)) root.setAttribute(name, t(tidy(root.getAttribute(name))));
  }
  if (root instanceof HTMLTemplateElement) return inWords(root.content);
  if (isMixed(root)) {
    const within = [], key = tidy(keyOf(root, within));
    if (known().has(key)) fill(root, t(key), within);
    within.forEach((e) => [...e.attributes].forEach(({ name, value }) => {
      if (SAID.includes(name)) e.setAttribute(name, t(tidy(value)));
    }));
    return undefined;
  }
  root.childNodes.forEach((node) => {
    if (hasWords(node)) node.data = node.data.replace(tidyPart(node.data), t(tidy(node.data)));
    else if (node instanceof Element || node instanceof DocumentFragment) inWords(node);
  });
  return undefined;
}

const tidyPart = (/** @type {string} */ text) => text.trim();
