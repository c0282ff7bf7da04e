// How a bar moves between two values, as `comfy.progress.stretch` reckons it. Pure.

/**
 * How far into a stretch of *span* seconds one is after *seconds*: never quite at its end.
 * Evenly up to *knee* of it, then slower and slower.
 * @param {number} seconds @param {number} span @param {number} knee
 */
export function eased(seconds, span, knee) {
  const share = span > 0 && seconds > 0 ? seconds / span : 0;
  return share <= knee ? share : 1 - (1 - knee) ** 2 / (1 + share - 2 * knee);
}

/**
 * Seconds left, *more* seconds after the value came.
 * @param {{ gone: number, span: number, rest: number, knee: number }} motion @param {number} more
 */
export const leftAfter = (motion, more) =>
  motion.rest + motion.span * (1 - eased(motion.gone + more, motion.span, motion.knee));

/**
 * The percentage to show, *more* seconds after the value came.
 * @param {number} percent
 * @param {{ gone: number, span: number, rest: number, knee: number, top: number } | null} motion
 * @param {number} more
 */
export function percentAfter(percent, motion, more) {
  if (!motion || percent >= motion.top) return percent;
  const before = leftAfter(motion, 0);
  if (before <= 0) return percent;
  return Math.min(motion.top, 100 - ((100 - percent) * leftAfter(motion, more)) / before);
}
