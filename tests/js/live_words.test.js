// What stands beside the elapsed time of the live panel.

import assert from "node:assert/strict";
import { test } from "node:test";

import { leftText } from "../../ui/live/words.js";

const running = { state: "running", live: true, total: 20, takes: "", motion: { late: 9 } };

for (const [name, v, left, late, found] of [
  ["what runs says what is left, whole seconds up", running, 12.2, false, ["Time left", "0:13"]],
  ["less than a second is said so", running, 0.4, false, ["Time left", "< 1 s"]],
  ["where nobody can know, nothing is said", { ...running, motion: null }, null, false, ["Time left", "–"]],
  ["what is late is said to be late", running, null, true, ["Time left", "longer than usual"]],
  ["what waits says how long it will take", { ...running, state: "waiting", takes: "5 s" }, null, false,
    ["Will take", "5 s"]],
  ["what ended says its steps", { ...running, state: "finished", live: false }, null, false, ["Steps", "20"]],
  ["what was cut off says what was asked for", { ...running, state: "lost", live: false }, null, false,
    ["Requested", "20 steps"]],
  ["one of a press that goes on, too", { ...running, state: "cancelled" }, 5, false, ["Requested", "20 steps"]],
  ["without steps there is nothing to ask for", { ...running, state: "failed", total: 0 }, null, false,
    ["Requested", "–"]],
]) {
  test(name, () => assert.deepEqual(leftText(v, left, late), found));
}
