// How large images are in the grid: one of a few steps, kept in this browser.

const KEPT = "stepglass-tile-size", USUAL = 2, NARROW = 640;
const TALL = { wide: [112, 150, 200, 260, 330], narrow: [76, 96, 122, 180, 290] };   // pixels of a row
/** Screens drawn above and below the one that is seen: fewer where more images are on each. */
const NEAR = [0.5, 0.9, 1.2, 1.2, 1.2];

/** The number of the largest step; the smallest is 0. */
export const LARGEST = TALL.wide.length - 1;
/** @param {number} step */
export const within = (step) => Math.max(0, Math.min(LARGEST, Math.round(step)));

const isNarrow = () => innerWidth <= NARROW;
/** Pixels between images, above a group and of a row, and how much is drawn, at that *step*. @param {number} step */
export const measuresAt = (step) => ({
  gap: isNarrow() ? 6 : 10,
  head: isNarrow() ? 42 : 48,
  tall: TALL[isNarrow() ? "narrow" : "wide"][step],
  near: NEAR[step],
});

export function remembered() {
  try {
    const kept = localStorage.getItem(KEPT);
    return kept === null || !Number.isFinite(Number(kept)) ? USUAL : within(Number(kept));
  } catch { return USUAL; }
}

/** @param {number} step */
export function remember(step) {
  try { localStorage.setItem(KEPT, String(step)); } catch { /* private window */ }
}
