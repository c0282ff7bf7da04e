// What is said of a model's family, and of how that is known. Pure.

const HOW = {
  chosen: "as you chose",
  metadata: "by its file",
  name: "by its name",
  folder: "by its folder",
  guess: "a guess",
};

/** @typedef {{ title?: string, how?: string, others?: string[] }} Told */

/** The sentence. @param {Told} told */
export function said({ title, how = "", others = [] }) {
  if (!title) return "Nothing says what kind of model this is: choose its family.";
  const more = others.length ? `; it may be ${others.join(" or ")}` : "";
  return `${title}, ${HOW[how] || how}${more}.`;
}

/** Whether nobody needs to be asked. @param {Told} told */
export function isSure({ title, how, others = [] }) {
  return Boolean(title) && how !== "guess" && (how === "chosen" || !others.length);
}
