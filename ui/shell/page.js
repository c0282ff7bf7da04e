// The page at large: theme switch, shortcut, toasts. Loaded in the head, before Gradio.

import "./away.js";
import "./composing.js";
import { above } from "./above.js";
import { within } from "./dom.js";
import "./keyboard.js";
import { rename } from "./places.js";
import { t } from "../words/words.js";

const KEY = "stepglass-theme";
const media = matchMedia("(prefers-color-scheme: dark)");
const wanted = () => {
  const asked = new URLSearchParams(location.search).get("__theme");
  if (asked === "light" || asked === "dark") return asked;
  try { return localStorage.getItem(KEY); } catch { return null; }
};
const apply = () => {
  const theme = wanted();
  const dark = theme ? theme === "dark" : media.matches;
  document.body.classList.toggle("dark", dark);
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
  document.querySelectorAll("[data-theme-switch]").forEach((b) => {
    b.setAttribute("aria-pressed", String(dark));
  });
};
const toggle = () => {
  const dark = !document.body.classList.contains("dark");
  try { localStorage.setItem(KEY, dark ? "dark" : "light"); } catch { /* private window */ }
  const url = new URL(location.href);
  url.searchParams.delete("__theme");
  rename(url);
  apply();
};
media.addEventListener("change", apply);

// Gradio sets the theme itself once it has loaded; ours is the last word.
const begin = () => {
  apply();
  new MutationObserver(() => {
    const theme = wanted();
    if (theme && document.body.classList.contains("dark") !== (theme === "dark")) apply();
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
};
if (document.body) begin(); else document.addEventListener("DOMContentLoaded", begin);

document.addEventListener("click", (e) => {
  if (within(e.target, "[data-theme-switch]")) toggle();
});

document.addEventListener("keydown", (e) => {
  if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey)) return;
  const button = ["generate-button", "workflow-generate"]
    .map((id) => document.getElementById(id))
    .find((b) => b && b.offsetParent !== null);
  if (!button || document.querySelector("dialog[open]")) return;
  e.preventDefault();
  // A field tells Gradio its value when it changes; leave it a moment for the last key.
  setTimeout(() => button.click(), 0);
});

// A login that ended elsewhere is said once, in place of an error for each thing the page asks.
const loggedOut = () => {
  if (document.getElementById("sg-out")) return;
  const note = document.createElement("div"),
    line = document.createElement("span"),
    button = document.createElement("button");
  note.id = "sg-out";
  note.setAttribute("role", "alert");
  line.textContent = t("You are logged out here. Queued jobs go on. Copy what you typed before you log in again.");
  button.type = "button";
  button.className = "sg-button";
  button.textContent = t("Log in");
  button.onclick = () => location.reload();
  note.append(line, button);
  above(note);
};
const plainFetch = window.fetch;
window.fetch = async (...asked) => {
  const answer = await plainFetch.apply(window, asked);
  if (answer.status === 401 && answer.url.startsWith(`${location.origin}/`)) loggedOut();
  return answer;
};
