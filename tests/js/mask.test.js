import assert from "node:assert/strict";
import { test } from "node:test";

import { coverOf, covered, grown, inverted, softened, tinted } from "../../ui/workflows/mask_ops.js";

/** A mask of rows of 0…9, where 9 is covered. */
const mask = (...rows) => ({
  width: rows[0].length,
  height: rows.length,
  cover: Uint8ClampedArray.from(rows.join(""), (c) => Math.round((Number(c) * 255) / 9)),
});
const rows = ({ width, cover }) =>
  Array.from({ length: cover.length / width }, (_, y) =>
    Array.from(cover.slice(y * width, (y + 1) * width), (c) => Math.round((c * 9) / 255)).join(""));

const DOT = mask("0000000", "0000000", "0000000", "0009000", "0000000", "0000000", "0000000");

test("inverted twice it is as it was", () => {
  assert.deepEqual(rows(inverted(DOT))[3], "9990999");
  assert.deepEqual(inverted(inverted(DOT)), DOT);
});

test("it grows by so many pixels on all sides, and no further than the image", () => {
  assert.deepEqual(rows(grown(DOT, 1)), ["0000000", "0000000", "0099900", "0099900", "0099900", "0000000", "0000000"]);
  assert.deepEqual(rows(grown(DOT, 2))[1], "0999990");
  assert.equal(covered(grown(DOT, 50)), 1);
  assert.deepEqual(grown(DOT, 0), DOT);
});

test("it shrinks by so many, and what was grown comes back", () => {
  assert.deepEqual(grown(grown(DOT, 2), -2), DOT);
  assert.equal(covered(grown(DOT, -1)), 0);
});

test("growing is that of a plain search, at random", () => {
  let state = 3;
  const random = () => { state = (state * 16807) % 2147483647; return state / 2147483647; };
  const width = 23, height = 17, radius = 3;
  const cover = Uint8ClampedArray.from({ length: width * height }, () => (random() < 0.05 ? random() * 255 : 0));
  const found = grown({ width, height, cover }, radius).cover;
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) {
    let most = 0;
    for (let b = Math.max(0, y - radius); b <= Math.min(height - 1, y + radius); b += 1)
      for (let a = Math.max(0, x - radius); a <= Math.min(width - 1, x + radius); a += 1)
        most = Math.max(most, cover[b * width + a]);
    assert.equal(found[y * width + x], most);
  }
});

test("a softened edge falls steadily, covers as much, and leaves the inside alone", () => {
  const wide = mask("0".repeat(20) + "9".repeat(20));
  const soft = softened(wide, 6).cover;
  for (let i = 1; i < soft.length; i += 1) assert.ok(soft[i] >= soft[i - 1]);
  assert.ok(Math.abs(covered({ width: 40, height: 1, cover: soft }) - 0.5) < 0.01);
  assert.equal(soft[0], 0);
  assert.equal(soft[39], 255);
  assert.ok(soft[19] > 0 && soft[19] < 128);
});

test("what is covered is counted", () => {
  assert.equal(covered(mask("0909")), 0.5);
  assert.equal(covered({ width: 0, height: 0, cover: new Uint8ClampedArray() }), 0);
});

test("a cover becomes pixels of one colour, and comes back", () => {
  const cover = Uint8ClampedArray.from([0, 9, 255]);
  assert.deepEqual([...tinted(cover, [233, 30, 120])], [233, 30, 120, 0, 233, 30, 120, 9, 233, 30, 120, 255]);
  assert.deepEqual(coverOf(tinted(cover, [1, 2, 3])), cover);
});
