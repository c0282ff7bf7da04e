import assert from "node:assert/strict";
import { test } from "node:test";

import { withoutBinned } from "../../ui/live/binned.js";
import { emptyWords } from "../../ui/live/words.js";

const value = { state: "finished", images: [{ id: "a", n: 0 }, { id: "a", n: 1 }, { id: "b", n: 0 }], texts: [] };

test("images that were binned are not shown, the others of their batch are", () => {
  const left = withoutBinned(value, new Set(["a/1"]));
  assert.deepEqual(left.images, [{ id: "a", n: 0 }, { id: "b", n: 0 }]);
  assert.equal(left.binned, 1);
  assert.equal(value.images.length, 3);
  assert.equal(withoutBinned(value, new Set()), value);
});

test("where all are, it is said where they are, not that nothing was made", () => {
  const left = withoutBinned(value, new Set(["a/0", "a/1", "b/0"]));
  assert.deepEqual(left.images, []);
  assert.match(emptyWords(left).join(), /bin/);
});

test("a value without images stays as it is", () => {
  assert.deepEqual(withoutBinned({ refused: true }, new Set(["a/0"])), { refused: true });
});
