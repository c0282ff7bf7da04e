// The arithmetic of zooming and panning: where an image lies in the box that shows it. Pure.

/** @typedef {{ width: number, height: number }} Size pixels */
/** @typedef {{ x: number, y: number }} Point pixels from the top left of the box */
/** @typedef {{ scale: number, x: number, y: number }} View x, y: the image's top left in the box */

export const MOST = 16;              // of anything: at 1600 % a pixel is a tile
const MOST_FITTED = 2;               // a small image is not blown up further than this to fill the box
const PIXELATED = 2;                 // above it one looks at pixels, not at the image
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.33, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, MOST];
const SAME = 1e-6;

/** The scale at which all of *image* is in *box*. @param {Size} image @param {Size} box */
export const fitScale = (image, box) =>
  Math.min(box.width / image.width, box.height / image.height, MOST_FITTED) || 1;

/** The smallest and largest scale. @param {Size} image @param {Size} box @returns {[number, number]} */
export const limits = (image, box) => {
  const fit = fitScale(image, box);
  return [Math.min(fit, 1), Math.max(fit, MOST)];
};

// One side: in the middle where there is room, else without a gap at either end.
const placed = (at, long, room) => (long <= room ? (room - long) / 2 : Math.min(0, Math.max(room - long, at)));

/** *view* with no gap that need not be. @param {View} view @param {Size} image @param {Size} box */
export const clamped = ({ scale, x, y }, image, box) => ({
  scale,
  x: placed(x, image.width * scale, box.width),
  y: placed(y, image.height * scale, box.height),
});

/** All of *image*, in the middle. @param {Size} image @param {Size} box */
export const fitted = (image, box) => clamped({ scale: fitScale(image, box), x: 0, y: 0 }, image, box);

/** Whether *view* shows all of *image* as large as the box allows. */
export const isFitted = (view, image, box) => Math.abs(view.scale / fitScale(image, box) - 1) < SAME;

/**
 * *view* at another scale, with what is at the point *at* staying there.
 * @param {View} view @param {number} scale @param {Point} at @param {Size} image @param {Size} box
 */
export function zoomed(view, scale, at, image, box) {
  const [least, most] = limits(image, box);
  const next = Math.min(most, Math.max(least, scale)), by = next / view.scale;
  return clamped({ scale: next, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by }, image, box);
}

/** *view* moved by so many pixels. */
export const panned = (view, across, down, image, box) =>
  clamped({ scale: view.scale, x: view.x + across, y: view.y + down }, image, box);

/**
 * *view* after two fingers went from *before* to *after*: it grows with their distance, and what was
 * between them goes with them.
 * @param {View} view @param {[Point, Point]} before @param {[Point, Point]} after
 * @param {Size} image @param {Size} box
 */
export function pinched(view, before, after, image, box) {
  const middle = ([a, b]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const apart = ([a, b]) => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
  const from = middle(before), to = middle(after);
  const grown = zoomed(view, (view.scale * apart(after)) / apart(before), from, image, box);
  return panned(grown, to.x - from.x, to.y - from.y, image, box);
}

/** The scale after one press of + (*up* true) or −; it stops at 100 % and where all is seen. */
export function stepped(scale, up, image, box) {
  const [least, most] = limits(image, box);
  const stops = [...STEPS, fitScale(image, box)].filter((s) => s >= least && s <= most).sort((a, b) => a - b);
  const next = up
    ? stops.find((s) => s > scale * (1 + SAME))
    : stops.findLast((s) => s < scale * (1 - SAME));
  return next ?? scale;
}

/** Where a double press leads: to 100 % or closer, and back. */
export function toggled(view, at, image, box) {
  if (!isFitted(view, image, box)) return fitted(image, box);
  const fit = fitScale(image, box);
  return zoomed(view, fit < 0.8 ? 1 : fit * 2, at, image, box);
}

/** *view* once the box has become another: what was in its middle still is. */
export function reboxed(view, image, before, box) {
  if (isFitted(view, image, before)) return fitted(image, box);
  const [least, most] = limits(image, box), scale = Math.min(most, Math.max(least, view.scale));
  const middle = (start, old, now) => now / 2 - ((old / 2 - start) / view.scale) * scale;
  return clamped(
    { scale, x: middle(view.x, before.width, box.width), y: middle(view.y, before.height, box.height) },
    image,
    box,
  );
}

/** Whether *image* is larger than the box: [across, down]. @returns {[boolean, boolean]} */
export const overflows = ({ scale }, image, box) => [
  image.width * scale > box.width + 0.5,
  image.height * scale > box.height + 0.5,
];

/** Whether its pixels are shown as squares. @param {number} scale */
export const isPixelated = (scale) => scale > PIXELATED;

/** A scale in words: “5.9 %”, “100 %”. @param {number} scale */
export const percent = (scale) => {
  const hundredth = scale * 100;
  return `${hundredth < 10 ? Math.max(0.1, Math.round(hundredth * 10) / 10) : Math.round(hundredth)} %`;
};

/** How a turn of the wheel by *delta* pixels changes the scale; a pinched trackpad turns it less far. */
export const wheelFactor = (delta, isPinch) =>
  Math.exp(-Math.max(-200, Math.min(200, delta)) * (isPinch ? 0.01 : 0.0015));
