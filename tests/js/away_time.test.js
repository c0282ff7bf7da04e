import assert from "node:assert/strict";
import { test } from "node:test";

import { AwayTime, GAP, sentence } from "../../ui/notifications/away_time.js";

test("who looks has looked until now, by the app's clock and little longer than it was heard", () => {
  const away = new AwayTime();
  assert.equal(away.looked(0), 0);
  assert.equal(away.hear(1000, 0), true);   // the page has just come
  away.comes(0);
  assert.equal(away.looked(1500), 1001.5);
  assert.equal(away.looked(60_000), 1003);  // offline, or asleep
  assert.equal(away.hear(1002, 2000), false);
  away.inSight = false;
  assert.equal(away.looked(2000), 0);
});

test("until what was missed is told nothing of it counts as looked at, and the oldest time holds", () => {
  const away = new AwayTime();
  away.hear(1000, 0);
  away.comes(900);
  assert.equal(away.looked(500), 0);
  away.comes(950);
  assert.equal(away.since, 900);
});

test("a page that heard nothing for long was away, whatever it was told", () => {
  const away = new AwayTime();
  away.hear(1000, 0);
  assert.equal(away.hear(1000 + GAP, 5000), false);
  assert.equal(away.hear(1001 + 2 * GAP, 10_000), true);
});

test("what ended is said in one sentence, failures apart", () => {
  assert.equal(sentence({ finished: 3, failed: 0 }), "3 jobs finished while you were away.");
  assert.equal(sentence({ finished: 1, failed: 2 }), "1 job finished and 2 failed while you were away.");
  assert.equal(sentence({ finished: 0, failed: 1 }), "1 job failed while you were away.");
  assert.equal(sentence({ finished: 0, failed: 0 }), "");
});
