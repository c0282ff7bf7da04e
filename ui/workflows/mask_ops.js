// What can be done with a whole mask: invert it, let it grow or shrink, soften its edge. Pure.

/** @typedef {{ width: number, height: number, cover: Uint8ClampedArray }} Mask cover: 0…255 a pixel */

/** @param {Mask} mask @returns {Mask} covered where it was not */
export const inverted = (mask) => ({ ...mask, cover: mask.cover.map((c) => 255 - c) });

/** The share of it that is covered, 0…1. @param {Mask} mask */
export function covered({ cover }) {
  let sum = 0;
  for (const c of cover) sum += c;
  return cover.length ? sum / (255 * cover.length) : 0;
}

/**
 * *cover* as pixels of *colour*, four bytes each, whose alpha it is.
 * @param {Uint8ClampedArray} cover @param {number[]} colour  red, green, blue
 * @returns {Uint8ClampedArray<ArrayBuffer>}
 */
export function tinted(cover, colour) {
  const shades = new Uint32Array(Uint8Array.from({ length: 256 * 4 }, (_, i) => colour[i % 4] ?? i >> 2).buffer);
  const pixels = new Uint32Array(cover.length);   // whole pixels at once: byte by byte it takes ten times as long
  for (let i = 0; i < cover.length; i += 1) pixels[i] = shades[cover[i]];
  return new Uint8ClampedArray(pixels.buffer);
}

/** The cover that *pixels*, four bytes each, have as their alpha. @param {Uint8ClampedArray} pixels */
export function coverOf(pixels) {
  const cover = new Uint8ClampedArray(pixels.length / 4);
  for (let i = 0; i < cover.length; i += 1) cover[i] = pixels[i * 4 + 3];
  return cover;
}

/**
 * *mask* larger by *radius* pixels on all sides; smaller by so many where that is negative.
 * @param {Mask} mask @param {number} radius @returns {Mask}
 */
export function grown(mask, radius) {
  if (radius < 0) return inverted(grown(inverted(mask), -radius));
  return bothWays(mask, (line, out) => largestNear(line, out, Math.round(radius)));
}

/**
 * *mask* with an edge that fades over *radius* pixels.
 * @param {Mask} mask @param {number} radius @returns {Mask}
 */
export function softened(mask, radius) {
  const wide = Math.max(1, Math.round(radius / 3));   // three boxes are nearly a bell
  let soft = mask;
  for (let n = 0; n < 3; n += 1) soft = bothWays(soft, (line, out) => meanNear(line, out, wide));
  return soft;
}

// Every row, then every column.
function bothWays({ width, height, cover }, work) {
  const across = new Uint8ClampedArray(cover.length), done = new Uint8ClampedArray(cover.length);
  const row = new Float32Array(width), column = new Float32Array(height);
  const rowOut = new Float32Array(width), columnOut = new Float32Array(height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) row[x] = cover[y * width + x];
    work(row, rowOut);
    across.set(rowOut, y * width);
  }
  for (let x = 0; x < width; x += 1) {
    for (let y = 0; y < height; y += 1) column[y] = across[y * width + x];
    work(column, columnOut);
    for (let y = 0; y < height; y += 1) done[y * width + x] = columnOut[y];
  }
  return { width, height, cover: done };
}

// The largest within *radius*, by a queue of falling values: as fast for any radius.
function largestNear(line, out, radius) {
  const queue = new Int32Array(line.length);
  let first = 0, end = 0;
  for (let i = 0; i < line.length + radius; i += 1) {
    if (i < line.length) {
      while (end > first && line[queue[end - 1]] <= line[i]) end -= 1;
      queue[end] = i;
      end += 1;
    }
    const at = i - radius;
    if (at < 0) continue;
    while (queue[first] < at - radius) first += 1;
    out[at] = line[queue[first]];
  }
}

// The mean within *radius*; beyond the edge it goes on as at the edge.
function meanNear(line, out, radius) {
  const last = line.length - 1, at = (i) => line[Math.max(0, Math.min(last, i))];
  let sum = 0;
  for (let i = -radius; i <= radius; i += 1) sum += at(i);
  for (let i = 0; i <= last; i += 1) {
    out[i] = sum / (2 * radius + 1);
    sum += at(i + radius + 1) - at(i - radius);
  }
}
