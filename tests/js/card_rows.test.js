import assert from "node:assert/strict";
import { test } from "node:test";

import { CARD, HEADING, found, laid } from "../../ui/faces/card_rows.js";

const face = (name, more = {}) => ({
  kind: "loras", name, family: "", uses: 0, seconds: null, image: null, favourite: false, note: "", ...more,
});
const names = (faces) => faces.map(({ name }) => name);
const wanted = (query, order = "name") => ({ kind: "loras", query, order });

test("each word is in the name, the family or the note; favourites come first", () => {
  const all = [face("a/ink_wash.pt"), face("b.pt", { note: "soft ink" }), face("c.pt", { kind: "models" }),
    face("z/ink.pt", { favourite: true }), face("d.pt", { family: "SDXL" })];
  assert.deepEqual(names(found(all, wanted("ink"))), ["z/ink.pt", "b.pt", "a/ink_wash.pt"]);
  assert.deepEqual(names(found(all, wanted("ink soft"))), ["b.pt"]);
  assert.deepEqual(names(found(all, wanted("sdxl"))), ["d.pt"]);
});

test("the most used come first where that is wanted", () => {
  const all = [face("a"), face("b", { uses: 2 }), face("c", { uses: 9 })];
  assert.deepEqual(names(found(all, wanted("", "uses"))), ["c", "b", "a"]);
});

test("folders have headings, rows are full before another begins, and none lies on another", () => {
  const all = ["x", "y", "z", "f/a", "f/b", "g/c"].map((name) => face(name));
  const { rows, tall } = laid(all, 2);
  assert.deepEqual(rows.map((row) => ("folder" in row ? row.folder : names(row.faces).join())),
    ["x,y", "z", "f", "f/a,f/b", "g", "g/c"]);
  assert.deepEqual(rows.map(({ top }) => top),
    [0, CARD, 2 * CARD, 2 * CARD + HEADING, 3 * CARD + HEADING, 3 * CARD + 2 * HEADING]);
  assert.equal(tall, 4 * CARD + 2 * HEADING);
});
