// What is said of a model's family, and of how that is known. Pure.

import { t } from "../words/words.js";

const HOW = {
  chosen: t("as you chose"),
  metadata: t("by its file"),
  name: t("by its name"),
  folder: t("by its folder"),
  guess: t("a guess"),
};

/** @typedef {{ title?: string, how?: string, others?: string[] }} Told */

/** The sentence. @param {Told} told */
export function said({ title, how = "", others = [] }) {
  if (!title) return t("Nothing says what kind of model this is: choose its family.");
  const more = others.length ? `; ${t("it may be {families}", { families: others.join(` ${t("or")} `) })}` : "";
  return t("{title}, {how}{more}.", { title, how: HOW[how] || how, more });
}

/** Whether nobody needs to be asked. @param {Told} told */
export function isSure({ title, how, others = [] }) {
  return Boolean(title) && how !== "guess" && (how === "chosen" || !others.length);
}
