// A forecast in the page's language. It is put together of phrases, ui/shell/wording.py, and a phrase is
// what is looked for. Pure.

import { said } from "./said.js";

const PHRASES = new RegExp(
  [
    "(?:About|Roughly)(?= (?:under )?\\d|$)",
    "under 1 s",
    "up to [\\d.]+ \\w+",
    "[\\d.]+ \\w+ each",
    "based on \\d+ earlier runs?",
    "(?:with|of) another (?:sampler|workflow|model of its family|model|size)",
    "includes loading the model",
    "some of it was never timed and comes on top",
    "rough(?=\\))",
  ].join("|"),
  "g",
);

/** @param {string} text */
export const forecastSaid = (text) => text.replace(PHRASES, (phrase) => said(phrase));
