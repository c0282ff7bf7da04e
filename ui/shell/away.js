// The app out of reach, in our words: a network that is gone, a phone that was locked, a restart.
// Gradio notices by itself, looks again every two seconds and then loads the page anew; its own words
// for it, which lie over everything, are not shown.

import { above, unsay } from "./above.js";
import { toast } from "./toast.js";
import { t } from "../words/words.js";

const WORDS = t("Connection lost, reconnecting. Your jobs keep running.");
const BACK = t("Connected again.");
const KEY = "stepglass-was-away";
const THEIRS = /Connection (to the server was )?lost/i;
let lost = false;   // Gradio has lost it, and will load the page anew

function say() {
  document.body.dataset.away = "true";
  if (document.getElementById("sg-away")) return;
  const note = document.createElement("p");
  note.id = "sg-away";
  note.setAttribute("role", "status");
  note.textContent = WORDS;
  above(note);
}

function back() {
  delete document.body.dataset.away;
  const note = document.getElementById("sg-away");
  if (note) unsay(note);
}

function look() {
  const theirs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".toast-wrap .toast-body")]);
  if (lost || !theirs.some((e) => THEIRS.test(e.textContent))) return;
  lost = true;
  try { sessionStorage.setItem(KEY, "1"); } catch { /* private window */ }
  say();
}

function begin() {
  try {
    if (sessionStorage.getItem(KEY)) toast(BACK);
    sessionStorage.removeItem(KEY);
  } catch { /* private window */ }
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}

window.addEventListener("offline", say);
window.addEventListener("online", () => { if (!lost) back(); });
if (document.body) begin(); else document.addEventListener("DOMContentLoaded", begin);
