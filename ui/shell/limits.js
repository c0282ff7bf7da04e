// Limits of text fields. What is over one stays as it was typed, is counted beneath its field, and
// keeps a press from going: nothing is ever cut in silence. A field says its limit in data-limit
// (of each text between commas: data-limit-each), one of Gradio's in a class sg-limit-100000.

import { within } from "./dom.js";
import { grouped } from "./count.js";
import { t } from "../words/words.js";

const NEAR = 0.9, LONG = 1000;  // from what share of a limit that is at least so long the count is shown
const PRESSES = { "generate-button": "#generate-grid", "workflow-generate": "#workflow" };
const isText = (e) => e && (e.tagName === "TEXTAREA" || e.tagName === "INPUT");

function limitOf(field) {
  if (field.dataset.limit || field.dataset.limitEach) return Number(field.dataset.limit || field.dataset.limitEach);
  const box = field.closest("[class*=sg-limit-]"), found = box && /sg-limit-(\d+)/.exec(box.className);
  return found ? Number(found[1]) : 0;
}

// Characters as the app counts them, of which JavaScript counts some twice.
const lengthOf = (text, limit) => (text.length > limit * NEAR ? [...text].length : text.length);
function count(field, limit) {
  const parts = field.dataset.limitEach ? field.value.split(",").map((part) => part.trim()) : [field.value];
  return Math.max(...parts.map((part) => lengthOf(part, limit)));
}
const isOver = (field) => isText(field) && limitOf(field) > 0 && count(field, limitOf(field)) > limitOf(field);

const notes = new WeakMap();
function place(field) {
  return field.closest(".wf-line, .gal-line, .gal-inline, .full-chips, [class*=sg-limit-]") || field;
}

function look(field) {
  const limit = limitOf(field);
  if (!limit) return;
  const n = count(field, limit), over = n > limit, near = limit >= LONG && n > limit * NEAR;
  let note = notes.get(field);
  if (!over && !near) {
    if (note) { note.remove(); notes.delete(field); field.removeAttribute("aria-invalid"); }
    return;
  }
  if (!note) {
    note = document.createElement("p");
    note.className = "sg-limit";
    note.setAttribute("role", "status");
    notes.set(field, note);
  }
  if (!note.isConnected) place(field).after(note);
  const of = t("{n} of {count} characters", { n: grouped(n), count: grouped(limit) });
  note.dataset.over = String(over);
  const words = over
    ? t("{of}: {count} too many. Nothing was cut; shorten it to go on.", { of, count: grouped(n - limit) })
    : `${of}.`;
  if (note.textContent !== words) note.textContent = words;
  if (over) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
}

function refuse(event, field) {
  event.preventDefault();
  event.stopImmediatePropagation();
  look(field);
  field.focus();
  (notes.get(field) || field).scrollIntoView({ block: "nearest" });
}

const over = (scope) => [...scope.querySelectorAll("textarea, input")].find((f) => f.offsetParent && isOver(f));
document.addEventListener("input", (e) => { if (isText(e.target)) look(e.target); }, true);
document.addEventListener("click", (e) => {
  const button = within(e.target, "button"),
    scope = button && document.querySelector(PRESSES[button.id] || "#none");
  const field = scope && over(scope);
  if (field) refuse(e, field);
}, true);
document.addEventListener("submit", (e) => { const field = over(e.target); if (field) refuse(e, field); }, true);
document.addEventListener("keydown", (e) => {
  if (e.key === "Enter" && e.target instanceof HTMLInputElement && isOver(e.target)) refuse(e, e.target);
}, true);
