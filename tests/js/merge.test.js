import assert from "node:assert/strict";
import { test } from "node:test";

import { merged } from "../../ui/gallery/merge.js";

const tiles = (text) => text.split(" ").filter(Boolean).map((key) => ({ id: key[0], n: Number(key[1]) }));
const said = (found) => found.map(({ id, n }) => `${id}${n}`).join(" ");
const of = (known, page) => said(merged(tiles(known), tiles(page)));

test("what is new comes on top, whole batches in their order", () => {
  assert.equal(of("b0 a0 a1", "d0 d1 c0 b0 a0 a1"), "d0 d1 c0 b0 a0 a1");
  assert.equal(of("", "a0 a1"), "a0 a1");
});

test("an image that joins a batch stands among its own, not on top", () => {
  assert.equal(of("c0 b0 b3 a0", "c0 b0 b1 b2 b3 a0"), "c0 b0 b1 b2 b3 a0");
  assert.equal(of("c0 b1 a0", "c0 b0 b1 a0"), "c0 b0 b1 a0");
});

test("what began earlier and ended later stands where it began", () => {
  assert.equal(of("c0 a0", "d0 c0 b0 a0"), "d0 c0 b0 a0");
});

test("images that were loaded beyond the page, or are there by themselves, stay in their places", () => {
  assert.equal(of("c0 x0 b0 a0", "d0 c0 b0"), "d0 c0 x0 b0 a0");
});
