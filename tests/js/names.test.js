import assert from "node:assert/strict";
import { test } from "node:test";

import { headed, matching, sorted } from "../../ui/shell/names.js";

const NAMES = ["a.ckpt", "sd15\\real/v5.safetensors", "xl/Base.safetensors", "z.ckpt", "xl/b.ckpt", "1/2", "euler"];
const names = (found) => found.map(({ name }) => name);

test("what is in no folder comes first, and only files have folders", () => {
  assert.deepEqual(names(sorted(NAMES)), [
    "a.ckpt", "z.ckpt", "1/2", "euler", "sd15\\real/v5.safetensors", "xl/Base.safetensors", "xl/b.ckpt",
  ]);
  assert.equal(sorted(NAMES), sorted(NAMES));
});

test("any part is found, in any order and case, folders too", () => {
  assert.deepEqual(names(matching(NAMES, "safe xl")), ["xl/Base.safetensors"]);
  assert.deepEqual(names(matching(NAMES, "REAL V5")), ["sd15\\real/v5.safetensors"]);
  assert.deepEqual(names(matching(NAMES, "xl b.c")), ["xl/b.ckpt"]);
  assert.equal(matching(NAMES, " ").length, NAMES.length);
  assert.deepEqual(matching(NAMES, "none"), []);
});

test("each folder has one heading", () => {
  const shown = headed(sorted(NAMES)).map((row) => ("name" in row ? row.base : `# ${row.folder}`));
  assert.deepEqual(shown, [
    "a.ckpt", "z.ckpt", "1/2", "euler", "# sd15\\real/", "v5.safetensors", "# xl/", "Base.safetensors", "b.ckpt",
  ]);
});

test("names of several groups stand group by group, each with its folders", () => {
  const files = ["b/one.ckpt", "two.ckpt", "b/three.gguf", "four.gguf"];
  const group = (name) => (name.endsWith(".ckpt") ? "Whole" : "Parts");
  const shown = headed(sorted(files), group).map((row) => ("name" in row ? row.base : `# ${row.folder}`));
  assert.deepEqual(shown, ["# Whole", "two.ckpt", "# b/", "one.ckpt", "# Parts", "four.gguf", "# b/", "three.gguf"]);
});
