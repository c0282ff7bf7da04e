import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { forecastSaid } from "../../ui/words/forecast.js";
import { speak } from "../../ui/words/words.js";

const texts = (language) => JSON.parse(readFileSync(new URL(`../../ui/words/${language}.json`, import.meta.url)));

// As ui/shell/wording.py says them: see tests/ui/shell/test_forecasts.py.
const SAID = {
  "About 5 s (3–10 s, based on 1 earlier run).": "Etwa 5 s (3–10 s, nach 1 früherem Lauf).",
  "About 6 s (3 s each, based on 14 earlier runs).": "Etwa 6 s (je 3 s, nach 14 früheren Läufen).",
  "Roughly 5 min (1.5–16 min, based on 4 earlier runs with another model).":
    "Ungefähr 5 min (1.5–16 min, nach 4 früheren Läufen mit einem anderen Modell).",
  "About under 1 s (up to 3 s, based on 2 earlier runs of another size; includes loading the model).":
    "Etwa unter 1 s (bis 3 s, nach 2 früheren Läufen anderer Größe; samt Laden des Modells).",
  "2 min (30 s – 8 min, rough)": "2 min (30 s – 8 min, grob)",
  "About": "Etwa",
};

const ENGLISH = /earlier|based|About|Roughly|under|up to|each|rough\b|another|loading/;

test("a forecast is said phrase by phrase in another language", () => {
  speak("de", texts("de"));
  for (const [english, german] of Object.entries(SAID)) assert.equal(forecastSaid(english), german);
});

test("no phrase of it is left in English", () => {
  for (const language of ["de", "ja", "zh-CN"]) {
    speak(language, texts(language));
    for (const english of Object.keys(SAID)) {
      assert.doesNotMatch(forecastSaid(english), ENGLISH);
    }
  }
  speak("en", {});
  for (const english of Object.keys(SAID)) assert.equal(forecastSaid(english), english);
});
