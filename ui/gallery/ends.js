// How generations end, by the name that the app gives it. Pure.

export const FINISHED = "finished";
/** @type {Record<string, string>} */
export const ENDS = { finished: "Finished", failed: "Failed", cancelled: "Cancelled", lost: "Lost" };
