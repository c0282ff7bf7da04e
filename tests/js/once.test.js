import assert from "node:assert/strict";
import { test } from "node:test";

import { once } from "../../ui/shell/once.js";

test("a press while the first is under way does nothing", async () => {
  const done = [];
  let end = () => {};
  const remove = once((name) => { done.push(name); return new Promise((ends) => { end = ends; }); }, () => 0);
  const first = remove("a");
  await remove("b");
  end();
  await first;
  assert.deepEqual(done, ["a"]);
});

test("nor does one just after, but one that comes later does", async () => {
  const done = [];
  let time = 0;
  const remove = once(async (name) => { done.push(name); time += 100; }, () => time);
  await remove("a");
  time += 300;
  await remove("b");
  time += 301;
  await remove("c");
  assert.deepEqual(done, ["a", "c"]);
});

test("what was taken back can be done again at once", async () => {
  let done = 0;
  const remove = once(async () => { done += 1; }, () => 0);
  await remove();
  remove.free();
  await remove();
  assert.equal(done, 2);
});

test("what failed can be tried again", async () => {
  let time = 0, tries = 0;
  const fail = once(async () => { tries += 1; throw new Error("no"); }, () => time);
  await assert.rejects(fail());
  time = 1000;
  await assert.rejects(fail());
  assert.equal(tries, 2);
});
