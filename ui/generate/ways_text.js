// What is said of a prompt that stands for several texts. Pure.

import { grouped } from "../shell/count.js";
import { t } from "../words/words.js";

const READABLE = 15;     // digits

/** *digits* of a whole number as people read them: 1,204, or over 10^30. @param {string} digits */
export const readable = (digits) =>
  (digits.length > READABLE ? t("over 10^{n}", { n: digits.length - 1 }) : grouped(Number(digits)));

/**
 * Of a prompt with *count* combinations, in digits, each made *repeat* times: what is said, and the button.
 * @param {string} count @param {number} repeat @param {number} most jobs of a press
 * @returns {{ said: string, every: string }}
 */
export function told(count, repeat, most) {
  if (!count || count === "1") return { said: "", every: "" };
  const jobs = BigInt(count) * BigInt(Math.max(1, repeat || 1));
  const many = t("{count} combinations: one is drawn for each job.", { count: readable(count) });
  if (jobs > BigInt(most))
    return { said: `${many} ${t("A press makes {most} jobs at the most.", { most: grouped(most) })}`, every: "" };
  return { said: many, every: t("Every combination ({jobs} jobs)", { jobs: grouped(Number(jobs)) }) };
}
