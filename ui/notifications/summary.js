// How presses ended, in words. Pure.

import { plural } from "../shell/count.js";

/** @typedef {{ finished: number, failed: number, cancelled: number, images: number }} Ends */

/** All of *ends* together. @param {Ends[]} ends @returns {Ends} */
export const sum = (ends) =>
  ends.reduce(
    (all, one) => ({
      finished: all.finished + one.finished,
      failed: all.failed + one.failed,
      cancelled: all.cancelled + one.cancelled,
      images: all.images + one.images,
    }),
    { finished: 0, failed: 0, cancelled: 0, images: 0 },
  );

/** "done", "bad" or "cut". @param {Ends} ends */
export const markOf = (ends) => (ends.failed ? "bad" : ends.finished ? "done" : "cut");

/** "✓ Done (4)" for the browser's tab. @param {Ends} ends */
export function titleOf(ends) {
  if (!ends.failed && !ends.finished) return "Cancelled";
  if (!ends.finished) return ends.failed > 1 ? `✗ Failed (${ends.failed})` : "✗ Failed";
  const done = ends.images ? `✓ Done (${ends.images})` : "✓ Done";
  return ends.failed ? `✗ ${ends.failed} failed, ${done}` : done;
}

/** "4 images" or "3 finished, 1 failed, 2 cancelled". @param {Ends} ends @returns {[string, string]} */
export function messageOf(ends) {
  const { finished, failed, cancelled, images } = ends;
  const made = finished && images ? plural(images, "image") : "";
  const [most, title] = [[finished, "Finished"], [failed, "Failed"], [cancelled, "Cancelled"]]
    .reduce((a, b) => (b[0] > a[0] ? b : a));
  if (most === finished + failed + cancelled) {
    return [Number(most) > 1 ? `${title}: ${most} jobs` : String(title), made];
  }
  const counts = [[finished, "finished"], [failed, "failed"], [cancelled, "cancelled"]]
    .filter(([n]) => n)
    .map(([n, kind]) => `${n} ${kind}`)
    .join(", ");
  return [failed ? "Ended with failures" : "Ended", [counts, made].filter(Boolean).join(" · ")];
}

/** A badge's number: "7", "99+", or nothing. @param {number} n */
export const badge = (n) => (n > 99 ? "99+" : n > 0 ? String(n) : "");
