import assert from "node:assert/strict";
import { test } from "node:test";

import { amountOf, keyOf, keysIn, NO_FILE, pairOf } from "../../ui/shell/image_key.js";

test("an image and a generation without files are told apart, and come back from an answer", () => {
  const image = { id: "a", n: 2 }, none = { id: "b", n: NO_FILE };
  assert.notEqual(keyOf(image), keyOf({ id: "a", n: 1 }));
  assert.deepEqual(keysIn({ ids: ["b"], images: [pairOf(image)] }), [keyOf(image), keyOf(none)]);
  assert.deepEqual(keysIn({}), []);
});

test("images are counted, and those of one batch are said to be", () => {
  const batch = [0, 1, 2].map((n) => ({ id: "a", n }));
  assert.equal(amountOf(batch), "3 images of 1 batch");
  assert.equal(amountOf([...batch, { id: "b", n: 0 }]), "4 images");
  assert.equal(amountOf(batch.slice(0, 1)), "1 image");
});
