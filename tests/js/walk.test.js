import assert from "node:assert/strict";
import { test } from "node:test";

import { Walk } from "../../ui/generate/walk.js";

test("up goes back through what was typed, down comes again to the draft", () => {
  const walk = new Walk("", ["newest", "older"]);
  assert.equal(walk.step(-1), null);
  assert.equal(walk.step(1), "newest");
  assert.equal(walk.step(1), "older");
  assert.equal(walk.step(1), null);
  assert.equal(walk.step(-1), "newest");
  assert.equal(walk.step(-1), "");
});

test("a draft that was used before is not met again on the way", () => {
  const walk = new Walk("newest", ["newest", "older"]);
  assert.equal(walk.step(1), "older");
  assert.equal(walk.step(-1), "newest");
});

test("with nothing typed before there is no way", () => {
  assert.equal(new Walk("draft", []).step(1), null);
});
