import assert from "node:assert/strict";
import { test } from "node:test";

import { broughtIn, mayBeMade, textOf } from "../../ui/generate/made_text.js";

test("settings, JSON and a negative prompt are worth asking about", () => {
  for (const text of [
    "a fox\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a",
    "a fox Steps: 20, Sampler: Euler a, CFG scale: 7",
    "a fox\nNegative prompt: blurry",
    '{ "3": { "class_type": "KSampler" } }',
  ])
    assert.ok(mayBeMade(text), text);
});

test("prompts are not", () => {
  const prompts = ["a stair of many Steps: up and up", "{red|blue} fox in the rain", "", "Steps: 1,"];
  for (const text of [...prompts, "a fox ".repeat(20000)])
    assert.ok(!mayBeMade(text), text.slice(0, 40));
});

test("what came in at once is told from what was there", () => {
  assert.equal(broughtIn({ value: "", start: 0, end: 0 }, "a fox"), "a fox");
  assert.equal(broughtIn({ value: "a cat", start: 0, end: 5 }, "a fox"), "a fox");
  assert.equal(broughtIn({ value: "aa", start: 1, end: 1 }, "aaaa"), "aa");
  assert.equal(broughtIn({ value: "an old fox", start: 3, end: 6 }, "an red fox"), "red");
  assert.equal(broughtIn({ value: "an old fox", start: 3, end: 6 }, "other"), "");
});

test("rubbish of 100,000 characters ends", () => {
  for (const part of ["\n", " ", "Steps:", "{", "Negative prompt", "\\", "Steps: 1"])
    mayBeMade(part.repeat(100000 / part.length));
});

test("a file's text is read by its mark", () => {
  const bytes = (...values) => new Uint8Array(values).buffer;
  assert.equal(textOf(bytes(0xff, 0xfe, 0x61, 0)), "a");
  assert.equal(textOf(bytes(0xfe, 0xff, 0, 0x61)), "a");
  assert.equal(textOf(bytes(0xef, 0xbb, 0xbf, 0x61)), "a");
  assert.equal(textOf(bytes(0xc3, 0xa4)), "ä");
  assert.equal(textOf(bytes()), "");
});
