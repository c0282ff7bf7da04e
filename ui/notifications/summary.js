// How presses ended, in words. Pure.

import { plural } from "../shell/count.js";
import { t } from "../words/words.js";

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
  if (!ends.failed && !ends.finished) return t("Cancelled");
  if (!ends.finished) return ends.failed > 1 ? t("✗ Failed ({count})", { count: ends.failed }) : t("✗ Failed");
  const done = ends.images ? t("✓ Done ({count})", { count: ends.images }) : t("✓ Done");
  return ends.failed ? t("✗ {count} failed, {done}", { count: ends.failed, done }) : done;
}

/** "4 images" or "3 finished, 1 failed, 2 cancelled". @param {Ends} ends @returns {[string, string]} */
export function messageOf(ends) {
  const { finished, failed, cancelled, images } = ends;
  const made = finished && images ? plural(images, "image") : "";
  const [most, title] = [[finished, t("Finished")], [failed, t("Failed")], [cancelled, t("Cancelled")]]
    .reduce((a, b) => (b[0] > a[0] ? b : a));
  if (most === finished + failed + cancelled) {
    return [Number(most) > 1 ? t("{title}: {jobs}", { title, jobs: plural(most, "job") }) : String(title), made];
  }
  const counts = [
    finished && t("{count} finished", { count: finished }),
    failed && t("{count} failed", { count: failed }),
    cancelled && t("{count} cancelled", { count: cancelled }),
  ].filter(Boolean).join(", ");
  return [failed ? t("Ended with failures") : t("Ended"), [counts, made].filter(Boolean).join(" · ")];
}

/** A badge's number: "7", "99+", or nothing. @param {number} n */
export const badge = (n) => (n > 99 ? "99+" : n > 0 ? String(n) : "");
