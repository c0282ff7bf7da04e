import assert from "node:assert/strict";
import { test } from "node:test";
import { isSure, said } from "../../ui/generate/family_words.js";

test("a family is said with how it is known, and what it may be as well", () => {
  assert.equal(said({ title: "SDXL", how: "metadata" }), "SDXL, by its file.");
  assert.equal(
    said({ title: "SDXL", how: "name", others: ["Flux.1 dev", "Chroma"] }),
    "SDXL, by its name; it may be Flux.1 dev or Chroma.",
  );
  assert.match(said({}), /choose its family/);
});

test("nobody is asked where it is plain", () => {
  assert.ok(isSure({ title: "SDXL", how: "name" }));
  assert.ok(isSure({ title: "SDXL", how: "chosen", others: ["Chroma"] }));
  assert.ok(!isSure({ title: "SDXL", how: "name", others: ["Chroma"] }));
  assert.ok(!isSure({ title: "SD 1.5", how: "guess" }));
  assert.ok(!isSure({}));
});
