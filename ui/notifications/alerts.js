// The browser's own notification, and the sound: both off until they are asked for.

import { emit } from "../shell/events.js";
import { keep, kept } from "./storage.js";
import { t } from "../words/words.js";

const TOLD = "told", MOST_TOLD = 100;
const OTHERS_FIRST = 400;  // milliseconds that a page in sight has to say that it has told
const NOTES = [[880, 0], [1174.7, 0.16]];  // Hz, and seconds after the first

/** @type {AudioContext | null} */
let audio = null;

/** Why this browser cannot show notifications, or "". */
export function lacking() {
  if (!window.isSecureContext) {
    return t("Browsers show notifications over https only, or on the machine that runs Stepglass.");
  }
  if (!("Notification" in window)) return t("This browser shows no notifications.");
  return Notification.permission === "denied"
    ? t("Your browser blocks notifications from this page. Allow them in its settings for this site.")
    : "";
}

export const isOn = () => Boolean(kept("notify")) && !lacking() && Notification.permission === "granted";
export const isLoud = () => Boolean(kept("sound"));

/** Switch notifications; asks the browser, and says why it cannot be. @returns {Promise<string>} */
export async function notify(on) {
  keep("notify", false);
  if (!on) return "";
  const why = lacking();
  if (why) return why;
  const answer = await Notification.requestPermission();
  keep("notify", answer === "granted");
  return answer === "granted" ? "" : lacking() || t("Your browser has not allowed notifications yet.");
}

/** Switch the sound. */
export function sound(on) {
  keep("sound", on);
  if (on) wakeAudio();
}

// Browsers let a page sound only once its person has used it.
function wakeAudio() {
  audio ||= new AudioContext();
  if (audio.state === "suspended") audio.resume().catch(() => {});
}
document.addEventListener("pointerdown", () => { if (isLoud()) wakeAudio(); });

export function play() {
  if (!isLoud()) return;
  wakeAudio();
  NOTES.forEach(([pitch, after]) => {
    const tone = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime + after;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.16, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.55);
  });
}

function goTo(job) { if (job) emit("job", { id: job }); }
navigator.serviceWorker?.addEventListener("message", ({ data }) => goTo(data?.job));   // pressed there

/** Show a notification, which leads to *job*. A phone's browser allows them to service workers only. */
export async function show(title, body, tag, job = "") {
  if (!isOn()) return;
  const icon = /** @type {HTMLLinkElement} */ (document.querySelector("link[rel~=icon]"))?.href;
  const options = { body, tag, icon, data: { job } };
  try {
    const shown = new Notification(title, options);
    shown.onclick = () => { window.focus(); shown.close(); goTo(job); };
  } catch {
    const worker = await navigator.serviceWorker?.getRegistration();
    if (worker) await worker.showNotification(title, options);
  }
}

// Several pages of one browser hear of the same end: one of them tells.
async function claim(press) {
  const first = () => {
    const told = kept(TOLD) || [];
    if (told.includes(press)) return false;
    keep(TOLD, [...told, press].slice(-MOST_TOLD));
    return true;
  };
  return navigator.locks ? navigator.locks.request("stepglass-told", first) : first();
}

/** Tell of the end of *press*: by sound, and by a notification where nobody looks at the page. */
export async function tell(press, title, body) {
  const looks = !document.hidden && document.hasFocus();
  if (!looks) await new Promise((done) => { setTimeout(done, OTHERS_FIRST); });
  if (!(await claim(press))) return;
  play();
  if (!looks) await show(title, body, press, press);
}
