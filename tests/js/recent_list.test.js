import assert from "node:assert/strict";
import { test } from "node:test";

import { nameOf, recentOf } from "../../ui/generate/recent_list.js";

const tile = (id, n, prompt = "a fox") => ({ id, n, prompt });

test("the strip has files only, and whole generations", () => {
  const tiles = [tile("d", 0), tile("c", -1), tile("b", 0), tile("b", 1), tile("a", 0)];
  assert.deepEqual(recentOf(tiles, 9), [tiles[0], tiles[2], tiles[3], tiles[4]]);
  assert.deepEqual(recentOf(tiles, 3), [tiles[0], tiles[2], tiles[3]]);
  assert.deepEqual(recentOf(tiles, 2), [tiles[0]]);
});

test("a batch that is larger than the strip is in it as a whole", () => {
  const batch = [0, 1, 2].map((n) => tile("b", n));
  assert.deepEqual(recentOf([...batch, tile("a", 0)], 2), batch);
});

test("an image of a batch says which one it is", () => {
  const batch = [tile("b", 0), tile("b", 1)], one = tile("a", 0, "");
  assert.equal(nameOf(batch[1], [...batch, one]), "a fox (2 of 2)");
  assert.equal(nameOf(one, [...batch, one]), "no prompt");
});
