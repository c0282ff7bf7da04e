// How it ended, as a mark before the title: never by colour alone.
const MARKS = {
  finished: "M4.5 10.5l3.6 3.6L15.5 6.5",
  cancelled: "M5 5l10 10M17 10a7 7 0 1 1-14 0a7 7 0 0 1 14 0",
  failed: "M10 5.5v5.5M10 14.2h.01M17.5 10a7.5 7.5 0 1 1-15 0a7.5 7.5 0 0 1 15 0",
  lost: "M7.7 8a2.3 2.3 0 1 1 3.3 2.1c-.7.3-1 .8-1 1.5M10 14.4h.01M17.5 10a7.5 7.5 0 1 1-15 0a7.5 7.5 0 0 1 15 0",
};
/** Draw the mark of *state* into the elements *$*. */
export function drawMark($, state) {
  const path = MARKS[state];
  $.mark.toggleAttribute("hidden", !path);
  if (path && $.markPath.getAttribute("d") !== path) $.markPath.setAttribute("d", path);
}
export const isCut = (state) => ["cancelled", "failed", "lost"].includes(state);
