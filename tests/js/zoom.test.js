import assert from "node:assert/strict";
import { test } from "node:test";

import {
  clamped, fitScale, fitted, isFitted, isPixelated, limits, MOST, overflows, panned, percent, pinched, reboxed,
  stepped, toggled, wheelFactor, zoomed,
} from "../../ui/zoom/arithmetic.js";

const BOX = { width: 900, height: 600 };
const SQUARE = { width: 1024, height: 1024 };
const PANORAMA = { width: 16384, height: 1024 };
const STRIP = { width: 2048, height: 128 };
const ICON = { width: 32, height: 32 };
const EVERY = [SQUARE, PANORAMA, STRIP, ICON, { width: 1, height: 9000 }, BOX];

const near = (a, b, what = "") => assert.ok(Math.abs(a - b) < 1e-6, `${what} ${a} is not ${b}`);
/** The point of the image that is at *at* of the box. */
const under = (view, at) => ({ x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale });

// No randomness from outside: the same walks every time.
function* numbers(seed) {
  let state = seed;
  while (true) { state = (state * 1103515245 + 12345) % 2147483648; yield state / 2147483648; }
}

test("all of an image is in the box, in its middle", () => {
  for (const image of EVERY) {
    const view = fitted(image, BOX);
    assert.ok(image.width * view.scale <= BOX.width + 1e-6 && image.height * view.scale <= BOX.height + 1e-6);
    near(view.x * 2 + image.width * view.scale, BOX.width);
    near(view.y * 2 + image.height * view.scale, BOX.height);
    assert.ok(isFitted(view, image, BOX));
  }
});

test("a small image is enlarged twice at the most to fit", () => {
  assert.equal(fitScale(ICON, BOX), 2);
  near(fitScale(PANORAMA, BOX), 900 / 16384);
});

test("what is under the pointer stays there", () => {
  const at = { x: 470, y: 310 };
  for (const image of [SQUARE, PANORAMA]) {
    const before = zoomed(fitted(image, BOX), 3, { x: 450, y: 300 }, image, BOX);
    const after = zoomed(before, 5, at, image, BOX);
    near(under(after, at).x, under(before, at).x, "x");
    near(under(after, at).y, under(before, at).y, "y");
  }
});

test("zooming in and out again comes back to where all is seen", () => {
  const start = fitted(PANORAMA, BOX);
  const back = zoomed(zoomed(start, 4, { x: 10, y: 300 }, PANORAMA, BOX), 0, { x: 800, y: 20 }, PANORAMA, BOX);
  near(back.x, start.x);
  near(back.y, start.y);
  assert.ok(isFitted(back, PANORAMA, BOX));
});

test("however one zooms and pans, no gap is shown that need not be", () => {
  const next = numbers(7), random = () => next.next().value;
  for (const image of EVERY) {
    let view = fitted(image, BOX);
    const [least, most] = limits(image, BOX);
    for (let n = 0; n < 500; n += 1) {
      const at = { x: random() * BOX.width, y: random() * BOX.height };
      view = random() < 0.5
        ? zoomed(view, view.scale * Math.exp(random() * 4 - 2), at, image, BOX)
        : panned(view, random() * 4000 - 2000, random() * 4000 - 2000, image, BOX);
      assert.ok(view.scale >= least && view.scale <= most);
      for (const [start, long, room] of [
        [view.x, image.width * view.scale, BOX.width], [view.y, image.height * view.scale, BOX.height],
      ]) {
        if (long <= room) near(start, (room - long) / 2);
        else assert.ok(start <= 1e-6 && start + long >= room - 1e-6);
      }
      assert.deepEqual(clamped(view, image, BOX), view);
    }
  }
});

test("fingers that go apart twice as far enlarge twice, and take along what was between them", () => {
  const view = zoomed(fitted(SQUARE, BOX), 1, { x: 450, y: 300 }, SQUARE, BOX);
  const before = [{ x: 400, y: 300 }, { x: 500, y: 300 }], after = [{ x: 350, y: 320 }, { x: 550, y: 320 }];
  const now = pinched(view, before, after, SQUARE, BOX);
  near(now.scale, 2);
  near(under(now, { x: 450, y: 320 }).x, under(view, { x: 450, y: 300 }).x);
  near(under(now, { x: 450, y: 320 }).y, under(view, { x: 450, y: 300 }).y);
});

test("two fingers on one place are no division by nothing", () => {
  const one = { x: 10, y: 10 };
  const now = pinched(fitted(SQUARE, BOX), [one, one], [one, { x: 12, y: 10 }], SQUARE, BOX);
  assert.ok(Number.isFinite(now.scale) && Number.isFinite(now.x));
});

test("+ and − stop at 100 % and where all is seen, and go no further than they may", () => {
  let scale = fitScale(PANORAMA, BOX);
  const seen = [];
  for (let n = 0; n < 40; n += 1) { scale = stepped(scale, true, PANORAMA, BOX); seen.push(scale); }
  assert.ok(seen.includes(1));
  assert.equal(scale, MOST);
  for (let n = 0; n < 40; n += 1) scale = stepped(scale, false, PANORAMA, BOX);
  near(scale, fitScale(PANORAMA, BOX));
});

test("a double press shows pixels, another all again", () => {
  const at = { x: 200, y: 300 };
  const close = toggled(fitted(SQUARE, BOX), at, SQUARE, BOX);
  assert.equal(close.scale, 1);
  assert.ok(isFitted(toggled(close, at, SQUARE, BOX), SQUARE, BOX));
  assert.equal(toggled(fitted(ICON, BOX), at, ICON, BOX).scale, 4);
});

test("a box of another size keeps what was in the middle, or all of it", () => {
  const small = { width: 390, height: 500 };
  assert.deepEqual(reboxed(fitted(SQUARE, BOX), SQUARE, BOX, small), fitted(SQUARE, small));
  const view = zoomed(fitted(PANORAMA, BOX), 1, { x: 450, y: 300 }, PANORAMA, BOX);
  const now = reboxed(view, PANORAMA, BOX, small);
  near(under(now, { x: 195, y: 250 }).x, under(view, { x: 450, y: 300 }).x);
});

test("what is larger than the box can be panned", () => {
  assert.deepEqual(overflows(fitted(SQUARE, BOX), SQUARE, BOX), [false, false]);
  assert.deepEqual(overflows({ scale: 1, x: 0, y: 0 }, STRIP, BOX), [true, false]);
});

test("pixels are squares above 200 %", () => {
  assert.equal(isPixelated(2), false);
  assert.equal(isPixelated(2.01), true);
});

test("a scale in words", () => {
  assert.deepEqual([0.0549, 0.0004, 1, 1.7049, 16].map(percent), ["5.5 %", "0.1 %", "100 %", "170 %", "1600 %"]);
});

test("a wheel that is turned up enlarges, and no turn is a leap", () => {
  assert.ok(wheelFactor(-100, false) > 1 && wheelFactor(100, false) < 1);
  near(wheelFactor(-100, false) * wheelFactor(100, false), 1);
  assert.ok(wheelFactor(-1e9, false) < 2);
});
