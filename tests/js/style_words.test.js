import assert from "node:assert/strict";
import { test } from "node:test";

import { added, around, called, having } from "../../ui/generate/style_words.js";

const PHOTO = { name: "Photo", prompt: "photo of {prompt}, sharp", negative: "drawing" };
const GRAIN = { name: "Grain", prompt: "film grain", negative: "" };

test("a style goes around a prompt, or behind it, as the app does it", () => {
  assert.equal(around("a barn", PHOTO.prompt), "photo of a barn, sharp");
  assert.equal(around(" a barn ", GRAIN.prompt), "a barn, film grain");
  assert.equal(around("", GRAIN.prompt), "film grain");
  assert.equal(around("a barn", ""), "a barn");
  assert.equal(around("$& $1 {prompt}", PHOTO.prompt), "photo of $& $1 {prompt}, sharp");
});

test("what styles add is shown in their order", () => {
  assert.equal(added([PHOTO, GRAIN]), "Prompt: photo of …, sharp, film grain\nTo avoid: drawing");
  assert.equal(added([GRAIN]), "Prompt: …, film grain");
  assert.equal(added([]), "");
});

test("styles that multiply each other are shown in part", () => {
  const echo = { name: "Echo", prompt: "{prompt}{prompt}".repeat(300), negative: "" };
  assert.ok(added(Array(20).fill(echo)).length < 3000);
});

test("styles are found by any words, in the name and in the texts", () => {
  assert.deepEqual(having([PHOTO, GRAIN], "SHARP photo"), [PHOTO]);
  assert.deepEqual(having([PHOTO, GRAIN], "draw"), [PHOTO]);
  assert.deepEqual(having([PHOTO, GRAIN], " "), [PHOTO, GRAIN]);
  assert.deepEqual(having([PHOTO, GRAIN], "moss"), []);
});

test("a style is found however it is capitalised, the exact one first", () => {
  const small = { ...PHOTO, name: "photo" };
  assert.equal(called([small, PHOTO], "Photo"), PHOTO);
  assert.equal(called([small, PHOTO], "PHOTO"), small);
  assert.equal(called([PHOTO], "Ink"), undefined);
});
