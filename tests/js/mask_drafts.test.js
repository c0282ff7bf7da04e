import assert from "node:assert/strict";
import { test } from "node:test";

import { Drafts } from "../../ui/workflows/mask_drafts.js";

test("what was painted is there again, until it is used or thrown away", () => {
  const drafts = new Drafts();
  drafts.keep("form node", "fox.png", "mask");
  assert.equal(drafts.of("form node", "fox.png"), "mask");
  assert.equal(drafts.of("form other", "fox.png"), null);
  drafts.forget("form node");
  assert.equal(drafts.of("form node", "fox.png"), null);
});

test("a mask is for one image: on another it is not offered", () => {
  const drafts = new Drafts();
  drafts.keep("form node", "fox.png", "mask");
  assert.equal(drafts.of("form node", "castle.png"), null);
});
