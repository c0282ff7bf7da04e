// Which frames of the film strip are drawn. Pure.

const NEAR = 6;              // drawn on each side of those that are seen

/**
 * The numbers [from, to) of the frames to draw, of *count* that are *step* pixels apart.
 * @param {number} scrolled  pixels @param {number} width  of what is seen @param {number} step @param {number} count
 * @returns {[number, number]}
 */
export function shownOf(scrolled, width, step, count) {
  const from = Math.max(0, Math.min(count, Math.floor(scrolled / step) - NEAR));
  return [from, Math.max(from, Math.min(count, Math.ceil((scrolled + width) / step) + NEAR))];
}
