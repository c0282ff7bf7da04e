import test from "node:test";
import assert from "node:assert/strict";
import { added, changed, moved, open, restored, rowsOf, without } from "../../ui/generate/lora_rows.js";

const names = (rows) => rows.map(({ name }) => name).join("");
const rows = rowsOf([{ name: "a" }, { name: "b", weight: 0.5, on: false }, { name: "c", clipWeight: 0.2 }]);

test("whatever the app says becomes rows that can be shown", () => {
  assert.deepEqual(rows[0], { name: "a", weight: 1, on: true });
  assert.deepEqual(rows[1], { name: "b", weight: 0.5, on: false });
  assert.deepEqual(rows[2], { name: "c", weight: 1, clipWeight: 0.2, on: true });
  for (const odd of [null, {}, "a", [null, 1, { name: 2 }, { name: "" }, { weight: 1 }]])
    assert.deepEqual(rowsOf(odd), []);
  assert.equal(rowsOf([{ name: "a", weight: "x" }])[0].weight, 1);
});

test("rows come, go, come back and change, each in its place", () => {
  assert.equal(names(added(rows, "d")), "abcd");
  assert.equal(names(without(rows, 1)), "ac");
  assert.deepEqual(restored(without(rows, 1), 1, rows[1]), rows);
  assert.equal(changed(rows, 1, { on: true })[1].on, true);
  assert.equal(names(rows), "abc");
});

test("a row moves as far as there is room", () => {
  assert.deepEqual([names(moved(rows, 0, 1).rows), moved(rows, 0, 1).to], ["bac", 1]);
  assert.deepEqual([names(moved(rows, 2, -1).rows), moved(rows, 2, -1).to], ["acb", 1]);
  assert.equal(moved(rows, 0, -1).to, 0);
  assert.equal(names(moved(rows, 2, 1).rows), "abc");
});

test("what is in the list is not offered again", () => {
  assert.deepEqual(open(["a", "b", "d"], rows), ["d"]);
});
