import assert from "node:assert/strict";
import { test } from "node:test";

import { wanted } from "../../ui/completion/at_caret.js";
import * as insertion from "../../ui/completion/insertion.js";
import { Shelf } from "../../ui/completion/shelf.js";
import { reading, tagOf } from "../../ui/completion/tag_rows.js";
import { weighted } from "../../ui/completion/weight.js";

const shelf = (...names) => Shelf.of(names.length, (n) => names[n]);
const numbers = (found) => found.map(({ number }) => number);

// Where the caret is, a text has a bar.
const at = (text) => { const caret = text.indexOf("|"); return wanted(text.replace("|", ""), caret); };
const said = (text) => { const found = at(text); return found && [found.kind, found.query, found.start, found.end]; };

test("what begins with the words comes first, then what has a word that does, then what has it inside", () => {
  const found = shelf(["catalogue"], ["black_cat"], ["cat"], ["scatter"], ["dog"]).find("cat", 9);
  assert.deepEqual(numbers(found), [0, 2, 1, 3]);
  assert.deepEqual(found.map(({ begins }) => begins), [true, true, false, false]);
});

test("another name leads to it, and it is there once", () => {
  const [one, ...others] = shelf(["long_hair", "longhair", "Long_Locks"], ["short_hair"]).find("long l", 9);
  assert.deepEqual([one.number, one.key, others.length], [0, 2, 0]);
  assert.deepEqual(numbers(shelf(["long_hair", "longhair"]).find("long", 9)), [0]);
});

test("no more than are wanted, in the order they came in; without words the first of all", () => {
  const many = shelf(...Array.from({ length: 30 }, (_, n) => [`cat ${n}`]));
  assert.deepEqual(numbers(many.find("cat", 3)), [0, 1, 2]);
  assert.deepEqual(numbers(many.find("", 2)), [0, 1]);
  assert.deepEqual(numbers(many.find("cat 2", 2, { onlyBegins: true })), [2, 20]);
});

test("a name can hold anything, and none is found by what parts them", () => {
  const odd = shelf(["a\nb"], [""], ["猫耳", "ねこみみ"], [")(*+?["]);
  assert.deepEqual(numbers(odd.find("猫", 9)), [2]);
  assert.deepEqual(numbers(odd.find("a b", 9)), [0]);
  assert.deepEqual(numbers(odd.find("b\n", 9)), [0]);
  assert.deepEqual(numbers(odd.find("*+?", 9)), [3]);
});

test("what is written tells what is meant", () => {
  assert.deepEqual(said("a fox <lora:pai|"), ["lora", "pai", 6, 15]);
  assert.deepEqual(said("<lora:pai|nt:0.8> fox"), ["lora", "pai", 0, 16]);
  assert.equal(at("<lora:pai|nt:0.8>").weight, "0.8");
  assert.deepEqual(said("a embedding:ba|d, b"), ["embedding", "ba", 2, 15]);
  assert.deepEqual(said("a __anim|"), ["wildcard", "anim", 2, 8]);
  assert.deepEqual(said("__animal__ and __co|"), ["wildcard", "co", 15, 19]);
  assert.deepEqual(said("a (red fo|"), ["word", "fo", 7, 9]);
});

test("nothing is suggested in the middle of a word, nor for one letter, nor after what is closed", () => {
  for (const text of ["a fo|x", "f|", "|", "__animal__|", "<lora:x:1|>", "red,|", "1.|"]) {
    assert.equal(at(text), null, text);
  }
  assert.equal(at("猫|").query, "猫");
});

test("a name of several words begins where its first word does", () => {
  assert.deepEqual(at("a girl, with long ha|").starts, [8, 13, 18]);
  assert.deepEqual(at("with long h|").starts, [0, 5]);
});

test("what is put in is read by the app as what was chosen", () => {
  const files = ["a/ink.safetensors", "b/ink.safetensors", "b/fox.pt"];
  assert.deepEqual(insertion.shortest(files), ["a/ink", "b/ink", "fox"]);
  assert.equal(insertion.lora("ink"), "<lora:ink:1>");
  assert.equal(insertion.lora("ink", "0.8"), "<lora:ink:0.8>");
  assert.equal(insertion.embedding("moods/bad.pt"), "embedding:moods/bad");
  assert.equal(insertion.tag("saber_(fate)", true), "saber \\(fate\\)");
  assert.equal(insertion.tag("saber_(fate)", false), "saber_\\(fate\\)");
});

test("a row of a list is a tag, whatever it lacks", () => {
  const tag = { name: "1girl", category: 0, count: 5, aliases: ["one girl", "girl"] };
  assert.deepEqual(tagOf("1girl\t0\t5\tone girl,girl"), tag);
  assert.deepEqual(tagOf("x"), { name: "x", category: 0, count: 0, aliases: [] });
  const steps = reading("b\t0\t9\tbee\na\t0\t1\t\n");
  const { value } = steps.next();
  assert.deepEqual(numbers(/** @type {any} */ (value).shelf.find("bee", 9)), [0]);
});

// A selection is between two bars; one bar is the caret.
function weigh(text, by) {
  const [start, end = start] = [...text.matchAll(/\|/g)].map(({ index }, n) => index - n);
  const plain = text.replace(/\|/g, "");
  const change = weighted(plain, start, end, by);
  return change && plain.slice(0, change.start) + change.words + plain.slice(change.end);
}

test("a weight goes up and down, and is gone at 1", () => {
  assert.equal(weigh("a r|ed fox", 0.05), "a (red:1.05) fox");
  assert.equal(weigh("a |red fox|", 0.1), "a (red fox:1.1)");
  assert.equal(weigh("a (|red fox|:1.1)", 0.05), "a (red fox:1.15)");
  assert.equal(weigh("a (red f|ox:1.05)", -0.05), "a red fox");
  assert.equal(weigh("a |(red:1.1)| fox", -0.1), "a red fox");
  assert.equal(weigh("a (re|d)", 0.05), "a (red:1.15)");
  assert.equal(weigh("a \\(re|d\\)", 0.05), "a \\((red:1.05)\\)");
  assert.equal(weigh("<lora:i|nk:0.8>", 0.05), "<lora:ink:0.85>");
  assert.equal(weigh("<lora:i|nk>", -0.05), "<lora:ink:0.95>");
  assert.equal(weigh("a, | b", 0.05), null);
});

test("what goes up as often as it goes down is as it was, without a rest of the arithmetic", () => {
  let text = "|red fox|";
  for (const by of [0.05, 0.05, 0.1, 0.05, -0.1, -0.05, -0.05, -0.05]) {
    const [start, end] = [text.indexOf("|"), text.lastIndexOf("|") - 1], plain = text.replace(/\|/g, "");
    const { start: from, end: to, words, from: a, to: b } = weighted(plain, start, end, by);
    const next = plain.slice(0, from) + words + plain.slice(to);
    text = `${next.slice(0, a)}|${next.slice(a, b)}|${next.slice(b)}`;
  }
  assert.equal(text, "|red fox|");
});
