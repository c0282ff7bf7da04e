// How a person wants suggestions, kept in the browser.

const KEY = "stepglass-completion";

/** @typedef {{ on: boolean, spaces: boolean }} Options  whether there are any; whether a tag's _ becomes a space */

/** @returns {Options} */
function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) || "{}");
    return { on: found.on !== false, spaces: found.spaces !== false };
  } catch {
    return { on: true, spaces: true };
  }
}

export const options = kept();

/** @param {Partial<Options>} changed */
export function keep(changed) {
  Object.assign(options, changed);
  try { localStorage.setItem(KEY, JSON.stringify(options)); } catch { /* private window */ }
}
