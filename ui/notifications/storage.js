// What one person has chosen and seen in this browser. A private window may keep none of it.

let person = "";
/** Whose it is from now on. @param {string} name */
export const setPerson = (name) => { person = name; };

const key = (name) => `stepglass-${name}:${person}`;

/** @param {string} name @returns {any} */
export function kept(name) {
  try { return JSON.parse(localStorage.getItem(key(name))); } catch { return null; }
}

/** @param {string} name @param {any} value */
export function keep(name, value) {
  try { localStorage.setItem(key(name), JSON.stringify(value)); } catch { /* private window */ }
}
