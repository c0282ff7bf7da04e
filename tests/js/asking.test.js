// When news are asked for: none that came while an answer was on its way is lost.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Asking, SILENT_AFTER } from "../../ui/notifications/asking.js";

const quiet = { live: 0, ended: 3 }, over = { live: 0, ended: 4 }, busy = { live: 1, ended: 3 };

test("the first word of the header is asked about, and the same is not again", () => {
  const asking = new Asking();
  assert.equal(asking.wants(quiet, 0), true);
  asking.answered(0, 100);
  assert.equal(asking.wants(quiet, 3000), false);
});

test("an end that the header told before an older answer came is asked about after it", () => {
  const asking = new Asking();
  asking.wants(quiet, 0);
  assert.equal(asking.wants(over, 3000), false);
  asking.answered(0, 3100);   // made before the end
  assert.equal(asking.wants(over, 6000), true);
});

test("what is followed is not asked for, until it has been silent", () => {
  const asking = new Asking();
  asking.wants(busy, 0);
  asking.answered(1, 100);
  assert.equal(asking.wants(busy, 3000), false);
  assert.equal(asking.wants(busy, 101 + SILENT_AFTER), true);
});

test("after an answer without anything live, the next job is asked about at once", () => {
  const asking = new Asking();
  asking.wants(quiet, 0);
  asking.answered(0, 100);
  assert.equal(asking.wants(busy, 200), true);
});
