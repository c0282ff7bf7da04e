import assert from "node:assert/strict";
import { test } from "node:test";

import { bytes, grouped, plural } from "../../ui/shell/count.js";
import { about, ago, clock, exact, ordinal, shortModel, span } from "../../ui/shell/format.js";

const says = (name, say, cases) =>
  test(name, () => cases.forEach(([value, text]) => assert.equal(say(value), text)));

says("a clock", clock, [
  [-3, "0:00"], [0, "0:00"], [59.9, "0:59"], [61, "1:01"], [3600, "1:00:00"], [36061, "10:01:01"],
]);
says("exact seconds", exact, [[1.26, "1.3 s"], [59.94, "59.9 s"], [60, "1:00"]]);
says("a span", span, [[12.4, "12 s"], [89, "89 s"], [90, "2 min"]]);
says("time to come", about, [[0, "1 s"], [7.4, "7 s"], [42, "40 s"], [600, "10 min"], [7200, "2.0 h"]]);
says("time that is gone", ago, [[44, "just now"], [60, "1 min ago"], [7200, "2 h ago"], [259200, "3 days ago"]]);
says("ordinals", ordinal, [
  [1, "1st"], [2, "2nd"], [3, "3rd"], [4, "4th"], [11, "11th"], [112, "112th"], [121, "121st"],
]);
says("models", shortModel, [["sd15\\real/v5.safetensors", "v5"], ["a.gguf", "a"], ["plain", "plain"]]);
says("counts", grouped, [[0, "0"], [1204, "1,204"]]);
says("sizes", bytes, [[1, "1 byte"], [999, "999 bytes"], [1000, "1.0 kB"], [123456, "123 kB"], [2.5e9, "2.5 GB"]]);

test("one of a kind, and many", () => {
  assert.equal(plural(1, "file"), "1 file");
  assert.equal(plural(1200, "file"), "1,200 files");
  assert.equal(plural(2, "entry", "entries"), "2 entries");
});
