import assert from "node:assert/strict";
import { test } from "node:test";

import { lastUpTo, lay, ratioOf } from "../../ui/gallery/layout.js";

const MEASURES = { gap: 10, tall: 200 };
// The same sizes at each run.
const tiles = Array.from({ length: 500 }, (_, n) => ({
  width: 256 + ((n * 7919) % 1800),
  height: 256 + ((n * 104729) % 1800),
}));

for (const width of [300, 760, 1280, 2500]) {
  test(`rows at ${width} pixels hold each image once, fill the width, and do not overlap`, () => {
    const { rows, bottom } = lay(tiles, 0, width, 0, MEASURES);
    let next = 0, top = 0;
    rows.forEach((row, n) => {
      assert.equal(row.from, next);
      assert.ok(Math.abs(row.top - top) < 1e-6);
      next = row.to;
      top = row.top + row.tall + MEASURES.gap;
      const wide = tiles.slice(row.from, row.to).reduce((sum, t) => sum + ratioOf(t) * row.tall, 0);
      const all = wide + MEASURES.gap * (row.to - row.from - 1);
      assert.ok(all <= width + 1e-6);
      if (n < rows.length - 1) assert.ok(all > width - 1 || row.tall >= MEASURES.tall * 1.45 - 1e-6);
    });
    assert.equal(next, tiles.length);
    assert.ok(Math.abs(bottom - top) < 1e-6);
  });
}

test("what is laid on comes out as what is laid at once", () => {
  const all = lay(tiles, 0, 900, 0, MEASURES).rows;
  const begun = lay(tiles.slice(0, 200), 0, 900, 0, MEASURES).rows;
  const open = begun.pop();
  const rest = lay(tiles, open.from, 900, open.top, MEASURES).rows;
  assert.deepEqual([...begun, ...rest], all);
});

test("each group begins a row of its own, beneath a heading", () => {
  const begins = (n) => n % 7 === 0;
  const { rows, bottom } = lay(tiles.slice(0, 50), 0, 900, 0, { ...MEASURES, head: 40 }, begins);
  let top = 0;
  rows.forEach((row) => {
    assert.equal(row.head, begins(row.from) ? 40 : 0);
    assert.ok(Math.abs(row.top - row.head - top) < 1e-6);
    for (let n = row.from + 1; n < row.to; n += 1) assert.equal(begins(n), false);
    top = row.top + row.tall + MEASURES.gap;
  });
  assert.equal(rows.filter((row) => row.head).length, 8);
  assert.ok(Math.abs(bottom - top) < 1e-6);
  const open = rows.at(-1);
  const again = lay(tiles.slice(0, 50), open.from, 900, open.top - open.head, { ...MEASURES, head: 40 }, begins);
  assert.deepEqual(again.rows, [open]);
});

test("a thread of an image gets a place that can be pressed", () => {
  assert.equal(ratioOf({ width: 10, height: 5000 }), 0.5);
  assert.equal(ratioOf({ width: 5000, height: 10 }), 2.4);
  assert.equal(ratioOf({ width: 0, height: 0 }), 1);
});

test("the row at a place, and the row of an image", () => {
  const { rows } = lay(tiles, 0, 900, 0, MEASURES);
  rows.forEach((row, n) => {
    assert.equal(lastUpTo(rows, "top", row.top + row.tall / 2), n);
    assert.equal(lastUpTo(rows, "from", row.to - 1), n);
  });
  assert.equal(lastUpTo(rows, "top", -50), 0);
  assert.equal(lastUpTo([], "top", 0), 0);
});
