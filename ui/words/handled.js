// What handlers put into Gradio's own components and into its toasts, in the page's language: there no
// script of ours draws it. Only these places are looked at, and what they hold is the app's own.

import { forecastSaid } from "./forecast.js";
import { said } from "./said.js";

const PLACES = "#forecast, #choices-note, #field-quality, .toast-body";

/** @param {string} text  "Draft · 4 s", a sentence, or a part of a forecast */
function inWords(text) {
  const bare = text.trim();
  const spoken = bare.split(" · ").map(said).join(" · ");
  return text.replace(bare, () => (spoken === bare ? forecastSaid(bare) : spoken));
}

/** @param {Node} node */
function speak(node) {
  if (!(node instanceof Text)) return node.childNodes.forEach(speak);
  const spoken = inWords(node.data);
  if (spoken !== node.data) node.data = spoken;
}

/** @param {Node} node */
const place = (node) => (node instanceof Element ? node : node.parentElement)?.closest(PLACES);

/** Speak what is put into those places from now on. */
export function watch() {
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      if (place(target)) speak(target);
      else addedNodes.forEach((node) => node instanceof Element && node.querySelectorAll(PLACES).forEach(speak));
    }
  }).observe(document.documentElement, { subtree: true, childList: true, characterData: true });
}
