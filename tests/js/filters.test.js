import assert from "node:assert/strict";
import { test } from "node:test";

import { active } from "../../ui/gallery/active.js";
import {
  askedOf, changedBy, counted, groupedBy, isFiltered, orderOf, readFrom, sortedBy, written,
} from "../../ui/gallery/filters.js";

const SEARCH = {
  words: "a “lake” & more", checkpoint: "sd15/a.safetensors", since: 1700000000, until: 1700086400.5, width: 512,
  height: 768, rating: 4, tags: ["one", "two, three"], statuses: ["failed", "lost"], favourite: true, sort: "oldest",
  group: "day", days: 7,
};

test("a search comes back from the address that it was written to", () => {
  assert.deepEqual(readFrom(written(SEARCH)), SEARCH);
  assert.equal(written({}), "");
});

test("an address that somebody made up finds nothing wrong", () => {
  assert.deepEqual(readFrom("since=soon&rating=&strange=1&words=&group=moon&days=x"), {});
});

test("an empty value takes a filter away, whatever kind it is", () => {
  const none = { words: "", since: 0, tags: [], statuses: [], favourite: false, width: null, height: undefined };
  assert.deepEqual(changedBy(SEARCH, { ...none, until: 0, rating: 0, checkpoint: "", days: 0 }), orderOf(SEARCH));
  assert.equal(SEARCH.words, "a “lake” & more");
});

test("an order is no filter", () => {
  assert.equal(isFiltered({ sort: "oldest", group: "day" }), false);
  assert.equal(isFiltered({ rating: 3 }), true);
});

test("what was found is counted in a sentence", () => {
  assert.equal(counted({ images: 1204, more: false }, {}), "1,204 images");
  assert.equal(counted({ images: 1, more: false }, { words: "x" }), "1 image matches");
  assert.equal(counted({ images: 20000, more: true }, { words: "x" }), "20,000+ images match");
  assert.equal(counted({ images: 2, more: false }, { words: "x", binned: true }), "2 images in the bin");
});

test("each active filter says itself, and how it goes away", () => {
  const found = active({ words: "red", tags: ["a", "b"], rating: 4, statuses: ["lost"] });
  assert.deepEqual(found.map((f) => f.text), ["“red”", "★★★★ or more", "# a", "# b", "Lost"]);
  assert.deepEqual(found[2].change, { tags: ["b"] });
});

test("the last days are asked for from midnight on, and stay so many whenever the address is opened", () => {
  const at = new Date(2026, 10, 26, 18, 30), since = new Date(2026, 10, 20).getTime() / 1000;
  assert.deepEqual(askedOf({ days: 7, words: "x" }, at), { words: "x", since });
  assert.deepEqual(askedOf({ since: 5, group: "day" }, at), { since: 5 });
  assert.deepEqual(active({ days: 7 }), [{ text: "Last 7 days", change: { days: 0 } }]);
});

test("workflows are in the order of their names, days and presses in that of time", () => {
  assert.deepEqual(askedOf({ group: "workflow" }, new Date()), { sort: "workflow" });
  assert.deepEqual(groupedBy({ sort: "rating" }, "day"), { group: "day", sort: "" });
  assert.deepEqual(groupedBy({ sort: "oldest" }, "press"), { group: "press", sort: "oldest" });
  assert.deepEqual(groupedBy({ sort: "oldest" }, "workflow"), { group: "workflow", sort: "" });
  assert.deepEqual(sortedBy({ group: "day" }, "rating"), { group: "", sort: "rating" });
  assert.deepEqual(sortedBy({ group: "workflow" }, "oldest"), { group: "", sort: "oldest" });
  assert.deepEqual(sortedBy({ group: "day" }, "newest"), { group: "day", sort: "" });
});

test("what an address has that is no order, group or number of days is passed over", () => {
  assert.deepEqual(readFrom("sort=x&group=toString&days=99999&words=fox"), { words: "fox" });
  for (const days of ["0", "-7", "1.5", "1e300"]) assert.deepEqual(readFrom(`days=${days}`), {});
  assert.deepEqual(readFrom("sort=rating&group=day&days=7"), { sort: "rating", group: "day", days: 7 });
});
