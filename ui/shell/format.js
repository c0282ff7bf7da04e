// Times and names as people say them. Pure but for the browser's own language.

import { decimal } from "./count.js";
import { language, locale, t } from "../words/words.js";

/** A moment (epoch seconds) as the time of day. @param {number} moment */
export const timeOfDay = (moment) =>
  new Date(moment * 1000).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });

/** Seconds as a clock shows them, from 0:00 on. @param {number} seconds */
export function clock(seconds) {
  const s = Math.max(0, Math.floor(seconds)), m = Math.floor(s / 60), h = Math.floor(m / 60);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m % 60)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** Seconds to a tenth, where there are few. @param {number} s */
export const exact = (s) => (s < 60 ? t("{n} s", { n: decimal(s) }) : clock(s));

/** Seconds, roughly. @param {number} s */
export const span = (s) => (s < 90 ? t("{n} s", { n: Math.round(s) }) : t("{n} min", { n: Math.round(s / 60) }));

/** Seconds to come, as nobody knows them better. @param {number} s */
export function about(s) {
  if (s < 10) return t("{n} s", { n: Math.max(1, Math.round(s)) });
  if (s < 90) return t("{n} s", { n: Math.round(s / 5) * 5 });
  return s < 5400 ? t("{n} min", { n: Math.round(s / 60) }) : t("{n} h", { n: decimal(s / 3600) });
}

/** How long ago that was. @param {number} s seconds */
export function ago(s) {
  if (s < 45) return t("just now");
  if (s < 5400) return t("{n} min ago", { n: Math.max(1, Math.round(s / 60)) });
  return s < 129600 ? t("{n} h ago", { n: Math.round(s / 3600) }) : t("{n} days ago", { n: Math.round(s / 86400) });
}

/** 1st, 2nd, 11th. @param {number} n */
export function ordinal(n) {
  if (language !== "en") return t("{n}th", { n });
  const tail = n % 100 > 10 && n % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][n % 10] || "th";
  return `${n}${tail}`;
}

/** A model's name without its folder and its suffix. @param {string} name */
export const shortModel = (name) =>
  (name.split(/[\\/]/).pop() || "").replace(/\.(safetensors|ckpt|gguf|sft)$/, "");
