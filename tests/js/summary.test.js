import assert from "node:assert/strict";
import { test } from "node:test";

import { badge, markOf, messageOf, sum, titleOf } from "../../ui/notifications/summary.js";

const ends = (finished, failed = 0, cancelled = 0, images = finished) => ({ finished, failed, cancelled, images });

test("the browser's tab says how it ended, and how many images there are", () => {
  [
    [ends(1, 0, 0, 4), "✓ Done (4)", "done"],
    [ends(3), "✓ Done (3)", "done"],
    [ends(1, 0, 0, 0), "✓ Done", "done"],
    [ends(3, 1), "✗ 1 failed, ✓ Done (3)", "bad"],
    [ends(0, 1), "✗ Failed", "bad"],
    [ends(0, 2, 1), "✗ Failed (2)", "bad"],
    [ends(0, 0, 2), "Cancelled", "cut"],
    [ends(2, 0, 2), "✓ Done (2)", "done"],
  ].forEach(([all, title, mark]) => {
    assert.equal(titleOf(all), title);
    assert.equal(markOf(all), mark);
  });
});

test("a message counts what finished, failed and was cancelled", () => {
  assert.deepEqual(messageOf(ends(1, 0, 0, 1)), ["Finished", "1 image"]);
  assert.deepEqual(messageOf(ends(4, 0, 0, 8)), ["Finished: 4 jobs", "8 images"]);
  assert.deepEqual(messageOf(ends(0, 1)), ["Failed", ""]);
  assert.deepEqual(messageOf(ends(0, 0, 3)), ["Cancelled: 3 jobs", ""]);
  assert.deepEqual(messageOf(ends(3, 1, 2)), ["Ended with failures", "3 finished, 1 failed, 2 cancelled · 3 images"]);
  assert.deepEqual(messageOf(ends(3, 0, 2)), ["Ended", "3 finished, 2 cancelled · 3 images"]);
});

test("several presses are counted together", () => {
  assert.deepEqual(sum([ends(1, 0, 0, 4), ends(0, 1), ends(2, 0, 1)]), ends(3, 1, 1, 6));
});

test("a badge is short, and absent for nothing", () => {
  assert.deepEqual([0, 7, 99, 100].map(badge), ["", "7", "99", "99+"]);
});
