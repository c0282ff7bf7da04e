// What can be done with the picture, and keys.

import { emit, on } from "../shell/events.js";
import { copyText, toast } from "../shell/toast.js";
import { ask, confirm, refs, within } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { setUp as startCompare } from "./compare.js";
import { setUp as startFilm } from "./film.js";
import { zoomKey } from "./lens.js";
import { close, details, draw, go, here, list, longer, open, pictured } from "./picture.js";
import * as stage from "./stage.js";
import { favour, rate, setUp as startWords } from "./words.js";
import { fillScreen } from "./zoom_bar.js";

async function remove() {
  const { id } = here();
  const answer = await ask(() => host.server.gal_delete({ ids: [id] }));
  if (answer.error) return toast(answer.error);
  if (!answer.ids.length) return toast("This generation is not over: stop it first.");
  gone(answer.ids);
  return toast("Deleted.", "Undo", () => restore(id));
}

async function restore(id) {
  const answer = await ask(() => host.server.gal_restore({ ids: [id] }));
  if (answer.error) return toast(answer.error);
  if ($.dialog.open && here() && here().id === id) gone([id]);
  emit("restored", { ids: answer.ids });
  return toast("Back in the gallery.");
}

async function purge() {
  const { id } = here();
  if (
    !(await confirm(
      "Delete for good?",
      "This generation and its files are removed from the disk. This cannot be undone.",
      "Delete for good",
    ))
  )
    return;
  const answer = await ask(() => host.server.gal_purge({ ids: [id] }));
  if (answer.error) { toast(answer.error); return; }
  gone([id]);
  toast("Removed for good.");
}

// The gallery takes them out of the list that both walk over; what is left is shown.
function gone(ids) {
  emit("removed", { ids });
  const away = new Set(ids);
  for (let n = list.length - 1; n >= 0; n -= 1) if (away.has(list[n].id)) list.splice(n, 1);
  ids.forEach((id) => delete details[id]);
  now.lines = {};
  if (!list.length) { close(); return; }
  now.at = Math.min(now.at, list.length - 1);
  if ($.dialog.open) draw();
}

async function again() {
  const answer = await ask(() => host.server.gal_again({ ids: [here().id], seed: "new" }));
  if (answer.error) return toast(answer.error);
  now.lines = {};
  return toast("Queued again, with a new seed.", "Show the queue", () => {
    close();
    document.getElementById("tab-queue-button")?.click();
  });
}

function toWorkflow() {
  const { id, n } = here();
  emit("reuse", { id, n });
  close();
  document.getElementById("tab-workflows-button")?.click();
}

function leaveField(e) {
  if (!within(e.target, "input, textarea")) return;
  e.preventDefault();
  e.target.blur();
  $.close.focus();
}

// On the window: a focused arrow that hides at the last picture takes the focus with it.
function keyed(e) {
  if (!$.dialog.open || e.ctrlKey || e.metaKey || e.altKey || document.querySelector(".sg-confirm[open]")) return;
  if ($.compare.open) return;
  if (within(e.target, "input, textarea, select, video, audio")) {
    if (e.key === "Escape") leaveField(e);
    return;
  }
  if (e.key.toLowerCase() === "c") return compare();
  if (e.key === "F" && e.shiftKey) return fillScreen($.room);
  if (zoomKey(e, stage.view)) return e.preventDefault();
  const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1 }[e.key];
  if (step) { e.preventDefault(); go(step); }
  else marked(e);
}

// With the one after it, else the one before; another can be chosen there.
function compare() {
  const first = here(), others = list.filter((i) => i !== first && pictured(i));
  const second = others[Math.min(others.length - 1, list.slice(0, now.at).filter(pictured).length)];
  if (!second) return toast("There is no other image to compare with.");
  emit("compare", { list, first, second });
}

function marked(e) {
  const d = details[here().id];
  if (!d || !d.mine || d.binned) return;
  if (e.key.toLowerCase() === "f") favour();
  else if (/^[0-5]$/.test(e.key)) rate(Number(e.key));
  else if (e.key === "Delete") { e.preventDefault(); remove(); }
}

const leadsAway = (button, name, more) => {
  button.onclick = () => {
    host.trigger(name, { id: here().id, ...more() });
    close();
  };
};

function setUp() {
  on("open", (e) => open(e.detail));
  on("changed", (e) => e.detail.ids.forEach((id) => delete details[id]));
  on("found", (e) => { if (e.detail.list === list) longer(); });
  window.addEventListener("keydown", keyed);
  // A player must not go on behind a closed dialog.
  $.dialog.addEventListener("close", () => {
    $.other.replaceChildren();
    now.lines = {};
    if (here()) emit("left", { tile: here() });
  });
  $.dialog.addEventListener("click", (e) => { if (e.target === $.dialog) close(); });
  $.back.onclick = () => go(-1);
  $.next.onclick = () => go(1);
  $.close.onclick = close;
  leadsAway($.use, "use", () => ({ how: "same" }));
  leadsAway($.variation, "use", () => ({ how: "variation" }));
  leadsAway($.input, "take", () => ({ n: String(here().n) }));
  leadsAway($.spans, "spans", () => ({}));
  $.again.onclick = again;
  $.beside.onclick = compare;
  $.reuse.onclick = toWorkflow;
  $.remove.onclick = remove;
  $.restore.onclick = () => restore(here().id);
  $.purge.onclick = purge;
  $.copy.onclick = () => { const d = details[here().id]; copyText((d && d.prompt) || "", "Prompt copied."); };
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} given */
export function mount(given) {
  Object.assign(host, given);
  refs($, host.element);
  startWords();
  stage.setUp(go);
  startFilm();
  startCompare();
  setUp();
}
