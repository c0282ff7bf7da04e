// How generations end, by the name that the app gives it. Pure.

import { t } from "../words/words.js";

export const FINISHED = "finished";
/** @type {Record<string, string>} */
export const ENDS = { finished: t("Finished"), failed: t("Failed"), cancelled: t("Cancelled"), lost: t("Lost") };
