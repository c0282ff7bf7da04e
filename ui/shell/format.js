// Times and names as people say them. Pure but for the browser's own language.

/** A moment (epoch seconds) as the time of day. @param {number} t */
export const timeOfDay = (t) =>
  new Date(t * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/** Seconds as a clock shows them, from 0:00 on. @param {number} seconds */
export function clock(seconds) {
  const s = Math.max(0, Math.floor(seconds)), m = Math.floor(s / 60), h = Math.floor(m / 60);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m % 60)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** Seconds to a tenth, where there are few. @param {number} s */
export const exact = (s) => (s < 60 ? `${s.toFixed(1)} s` : clock(s));

/** Seconds, roughly. @param {number} s */
export const span = (s) => (s < 90 ? `${Math.round(s)} s` : `${Math.round(s / 60)} min`);

/** Seconds to come, as nobody knows them better. @param {number} s */
export function about(s) {
  if (s < 10) return `${Math.max(1, Math.round(s))} s`;
  if (s < 90) return `${Math.round(s / 5) * 5} s`;
  return s < 5400 ? `${Math.round(s / 60)} min` : `${(s / 3600).toFixed(1)} h`;
}

/** How long ago that was. @param {number} s seconds */
export function ago(s) {
  if (s < 45) return "just now";
  if (s < 5400) return `${Math.max(1, Math.round(s / 60))} min ago`;
  return s < 129600 ? `${Math.round(s / 3600)} h ago` : `${Math.round(s / 86400)} days ago`;
}

/** 1st, 2nd, 11th. @param {number} n */
export function ordinal(n) {
  const tail = n % 100 > 10 && n % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][n % 10] || "th";
  return `${n}${tail}`;
}

/** A model's name without its folder and its suffix. @param {string} name */
export const shortModel = (name) =>
  (name.split(/[\\/]/).pop() || "").replace(/\.(safetensors|ckpt|gguf|sft)$/, "");
