process.env.TZ = "America/New_York";

import assert from "node:assert/strict";
import { test } from "node:test";

const { dayTitle, groupOf, monthTitle, titleOf } = await import("../../ui/gallery/groups.js");

const at = (/** @type {string} */ text) => new Date(text).getTime() / 1000;

test("a day is the reader's own: late in the evening it is still that day", () => {
  const evening = { made: at("2026-11-26T03:30:00Z") }, noon = { made: at("2026-11-25T17:00:00Z") };
  assert.equal(groupOf(evening, "day"), groupOf(noon, "day"));
  assert.notEqual(groupOf({ made: at("2026-11-26T06:00:00Z") }, "day"), groupOf(noon, "day"));
});

test("days are said as people say them, also across the end of summer time", () => {
  const today = new Date("2026-11-02T17:00:00Z");
  assert.equal(dayTitle(new Date("2026-11-02T05:30:00Z"), today), "Today");
  assert.equal(dayTitle(new Date("2026-11-01T04:30:00Z"), today), "Yesterday");
  assert.match(dayTitle(new Date("2026-10-30T15:00:00Z"), today), /Friday/);
  assert.match(dayTitle(new Date("2025-10-30T15:00:00Z"), today), /2025/);
});

test("a press is named by its prompt, and a workflow by its name", () => {
  const tile = { made: at("2026-11-02T17:00:00Z"), press: "p", workflow: "txt2img", prompt: "a fox" };
  assert.equal(groupOf(tile, "press"), "p");
  assert.match(titleOf(tile, "press", new Date("2026-11-02T18:00:00Z")), /^a fox · 12:00/);
  assert.equal(titleOf(tile, "workflow"), "Generate: text to image");
  assert.equal(titleOf({ ...tile, workflow: "Upscale" }, "workflow"), "Upscale");
  assert.equal(groupOf(tile, ""), "");
});

test("in the bin a day is that on which an image was put there", () => {
  const tile = { made: at("2026-10-02T17:00:00Z"), binned: at("2026-11-02T17:00:00Z") };
  assert.equal(groupOf(tile, "day"), groupOf({ made: at("2026-11-02T18:00:00Z") }, "day"));
  assert.equal(titleOf(tile, "day", new Date("2026-11-02T18:00:00Z")), "Today");
});

test("a month is said by its name", () => {
  assert.equal(monthTitle("2026-11"), new Date(2026, 10).toLocaleDateString([], { month: "short", year: "numeric" }));
  assert.equal(monthTitle("none"), "none");
});
