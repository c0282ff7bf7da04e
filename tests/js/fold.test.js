import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { batchOf, isFolded, meant, placeOf, range, refold, take } from "../../ui/gallery/fold.js";
import { now } from "../../ui/gallery/host.js";

const batch = (id, size) => Array.from({ length: size }, (_, n) => ({ id, n }));
const add = (tiles) => { now.all.push(...tiles); take(tiles); };
const shown = () => now.tiles.map(({ id, n }) => `${id}${n}`).join(" ");

beforeEach(() => {
  Object.assign(now, { all: [], fold: false, open: new Set() });
  refold();
});

test("every image is shown while nothing is folded, and the list is one and the same", () => {
  add(batch("a", 2));
  add(batch("b", 1));
  assert.equal(shown(), "a0 a1 b0");
  assert.equal(now.tiles, now.all);
  assert.deepEqual(meant(now.all[0]), [now.all[0]]);
});

test("a folded batch is one tile that stands for all of its images", () => {
  now.fold = true;
  refold();
  add(batch("a", 4));
  add([...batch("b", 1), ...batch("c", 2)]);
  assert.equal(shown(), "a0 b0 c0");
  assert.deepEqual(meant(now.tiles[0]), now.all.slice(0, 4));
  assert.equal(isFolded(now.tiles[1]), false);
  assert.equal(placeOf(now.all[6]), 2);
});

test("one batch is unfolded alone, and folds again around what is left of it", () => {
  now.fold = true;
  refold();
  add(batch("a", 3));
  add(batch("b", 2));
  now.open.add("a");
  refold();
  assert.equal(shown(), "a0 a1 a2 b0");
  now.open.clear();
  now.all.splice(0, 1);
  refold();
  assert.equal(shown(), "a1 b0");
  assert.equal(batchOf(now.tiles[0]).length, 2);
});

test("a range is from one image to another, wherever news have moved them", () => {
  add([...batch("b", 1), ...batch("a", 3)]);
  const named = (tiles) => tiles.map(({ id, n }) => `${id}${n}`).join(" ");
  const [b0, a0, a1] = now.all;
  now.all.unshift({ id: "c", n: 0 });
  refold();
  assert.equal(named(range("b/0", a1)), "b0 a0 a1");
  assert.equal(named(range("a/1", b0)), "b0 a0 a1");
  assert.equal(named(range("gone/0", a0)), "a0");
  now.fold = true;
  refold();
  assert.equal(named(range("a/2", b0)), "b0 a0");
});
