// Counts and sizes as people write them. Pure.

/** 1,204. @param {number} n */
export const grouped = (n) => Number(n).toLocaleString("en-US");

/** "1,204 generations". @param {number} n @param {string} one @param {string} [many] */
export const plural = (n, one, many = `${one}s`) => `${grouped(n)} ${Number(n) === 1 ? one : many}`;

/** "1.2 MB". @param {number} n bytes */
export function bytes(n) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let at = 0;
  while (n >= 1000 && at < units.length - 1) { n /= 1000; at += 1; }
  return at ? `${n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[at]}` : plural(n, "byte");
}
