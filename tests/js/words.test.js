import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { bytes, plural } from "../../ui/shell/count.js";
import { exact, ordinal } from "../../ui/shell/format.js";
import { said } from "../../ui/words/said.js";
import { speak, t } from "../../ui/words/words.js";

afterEach(() => speak("en", {}));

test("English is what stands in the code", () => {
  assert.equal(t("Favourites only"), "Favourites only");
  assert.equal(t("{count} of {total}", { count: 2, total: 3 }), "2 of 3");
  assert.equal(t("{count} of {other}", { count: "{other}" }), "{other} of {other}");
  assert.equal(said("This is gone."), "This is gone.");
});

test("a text of the catalogue, its values as they are", () => {
  speak("de", { "Open": "Öffnen", "Made from “{name}”": "Aus „{name}“" });
  assert.equal(t("Open"), "Öffnen");
  assert.equal(t("Made from “{name}”", { name: "Open" }), "Aus „Open“");
  assert.equal(t("constructor"), "constructor");
});

test("a number chooses the form, also one with points in it", () => {
  speak("de", { "{count} images": { one: "{count} Bild", other: "{count} Bilder" } });
  assert.deepEqual([1, 2, 1201].map((n) => plural(n, "image")), ["1 Bild", "2 Bilder", "1.201 Bilder"]);
  assert.equal(t("{count} images", { count: "1.001" }), "1.001 Bilder");
  speak("ru", { "{count} files": { one: "{count} файл", few: "{count} файла", many: "{count} файлов", other: "x" } });
  assert.deepEqual([1, 3, 11].map((n) => plural(n, "file")), ["1 файл", "3 файла", "11 файлов"]);
});

test("numbers are written as the language writes them", () => {
  speak("de", { "{n} s": "{n} s", "{n}th": "{n}." });
  assert.deepEqual([exact(1.26), ordinal(2), bytes(2.5e6)], ["1,3 s", "2.", "2,5 MB"]);
});

test("a sentence of the app is found by its pattern", () => {
  speak("de", {
    "Checkpoint “{0}” is not on this server.": "Der Checkpoint „{0}“ ist nicht auf diesem Server.",
    "{0} does not answer: check that it runs.": "{0} antwortet nicht: Prüf, ob es läuft.",
    "Moved up.": "Nach oben verschoben.",
    "{0} became slower.": "{0} wurde langsamer.",
  });
  assert.equal(said("Checkpoint “Moved up.” is not on this server."),
    "Der Checkpoint „Moved up.“ ist nicht auf diesem Server.");
  assert.equal(said("a:8188 does not answer: check that it runs."), "a:8188 antwortet nicht: Prüf, ob es läuft.");
  assert.equal(said("A line\nof two became slower."), "A line\nof two wurde langsamer.");
  assert.equal(said("Nobody knows this one."), "Nobody knows this one.");
});

test("several sentences are found one by one, and longer texts first", () => {
  speak("ja", { "Held. Really.": "保留です。", "Held.": "保留。", "Released.": "解除。" });
  assert.equal(said("Held. Really. Released."), "保留です。解除。");
  assert.equal(said("Released. Held."), "解除。保留。");
});

test("words of the app within a sentence are translated where the catalogue says so, and only there", () => {
  speak("de", {
    "{0} Jobs start when {1}.": "{0!} Jobs starten, wenn {1!}.",
    "It is away.": "Er ist weg.",
    "it is back": "er zurück ist",
    "Use “{0}”": "„{0}“ verwenden",
  });
  assert.equal(said("It is away. Jobs start when it is back."), "Er ist weg. Jobs starten, wenn er zurück ist.");
  assert.equal(said("Use “it is back”"), "„it is back“ verwenden");
});

test("a number in a sentence chooses the form of its translation", () => {
  speak("de", { "{0} jobs are back.": { one: "{0} Job ist zurück.", other: "{0} Jobs sind zurück." } });
  assert.deepEqual(["1 jobs are back.", "4 jobs are back."].map(said), ["1 Job ist zurück.", "4 Jobs sind zurück."]);
});
