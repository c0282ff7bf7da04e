// What can be done with the picture, and keys.
async function remove() {
  const { id } = here();
  const answer = await ask(() => server.gal_delete({ ids: [id] }));
  if (answer.error) return window.stepglassToast(answer.error);
  if (!answer.ids.length) return window.stepglassToast("This generation is not over: stop it first.");
  gone(answer.ids);
  return window.stepglassToast("Deleted.", "Undo", () => restore(id));
}

async function restore(id) {
  const answer = await ask(() => server.gal_restore({ ids: [id] }));
  if (answer.error) return window.stepglassToast(answer.error);
  if ($.dialog.open && here() && here().id === id) gone([id]);
  window.dispatchEvent(new CustomEvent("stepglass:restored", { detail: { ids: answer.ids } }));
  return window.stepglassToast("Back in the gallery.");
}

async function purge() {
  const { id } = here();
  if (!(await confirm("Delete for good?", "This generation and its files are removed from the disk. This cannot be undone.", "Delete for good"))) return;
  const answer = await ask(() => server.gal_purge({ ids: [id] }));
  if (answer.error) { window.stepglassToast(answer.error); return; }
  gone([id]);
  window.stepglassToast("Removed for good.");
}

// The gallery takes them out of the list that both walk over; what is left is shown.
function gone(ids) {
  window.dispatchEvent(new CustomEvent("stepglass:removed", { detail: { ids } }));
  const away = new Set(ids);
  for (let n = list.length - 1; n >= 0; n -= 1) if (away.has(list[n].id)) list.splice(n, 1);
  ids.forEach((id) => delete details[id]);
  lines = {};
  if (!list.length) { close(); return; }
  at = Math.min(at, list.length - 1);
  if ($.dialog.open) draw();
}

async function again() {
  const answer = await ask(() => server.gal_again({ ids: [here().id], seed: "new" }));
  if (answer.error) return window.stepglassToast(answer.error);
  lines = {};
  return window.stepglassToast("Queued again, with a new seed.", "Show the queue", () => { close(); document.getElementById("tab-queue-button")?.click(); });
}

function toWorkflow() {
  const { id, n } = here();
  window.dispatchEvent(new CustomEvent("stepglass:reuse", { detail: { id, n } }));
  close();
  document.getElementById("tab-workflows-button")?.click();
}

// On the window: a focused arrow that hides at the last picture takes the focus with it.
function keyed(e) {
  if (!$.dialog.open || e.ctrlKey || e.metaKey || e.altKey || document.querySelector(".sg-confirm[open]")) return;
  if (e.target.closest && e.target.closest("input, textarea, select, video, audio")) {
    if (e.key === "Escape" && e.target.closest("input, textarea")) { e.preventDefault(); e.target.blur(); $.close.focus(); }
    return;
  }
  const d = details[here().id], mine = d && d.mine && !d.binned;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
  if (step) { e.preventDefault(); go(step); }
  else if (!mine) return;
  else if (e.key.toLowerCase() === "f") favour();
  else if (/^[0-5]$/.test(e.key)) rate(Number(e.key));
  else if (e.key === "Delete") { e.preventDefault(); remove(); }
}

window.addEventListener("stepglass:open", (e) => open(e.detail));
window.addEventListener("stepglass:changed", (e) => e.detail.ids.forEach((id) => delete details[id]));
window.addEventListener("stepglass:found", (e) => { if (e.detail.list === list && $.dialog.open) $.next.hidden = at >= list.length - 1; });
window.addEventListener("keydown", keyed);
let touch = null;
$.stage.addEventListener("touchstart", (e) => { touch = e.touches.length === 1 ? e.touches[0].clientX : null; }, { passive: true });
$.stage.addEventListener("touchend", (e) => {
  if (touch === null) return;
  const moved = e.changedTouches[0].clientX - touch;
  if (Math.abs(moved) > 50) go(moved < 0 ? 1 : -1);
});
// A player must not go on behind a closed dialog.
$.dialog.addEventListener("close", () => {
  $.other.replaceChildren();
  lines = {};
  if (here()) window.dispatchEvent(new CustomEvent("stepglass:left", { detail: { tile: here() } }));
});
$.dialog.addEventListener("click", (e) => { if (e.target === $.dialog) close(); });
$.back.onclick = () => go(-1);
$.next.onclick = () => go(1);
$.close.onclick = close;
const leadsAway = (button, name, more) => { button.onclick = () => { trigger(name, { id: here().id, ...more() }); close(); }; };
leadsAway($.use, "use", () => ({ how: "same" }));
leadsAway($.variation, "use", () => ({ how: "variation" }));
leadsAway($.input, "take", () => ({ n: String(here().n) }));
leadsAway($.spans, "spans", () => ({}));
$.again.onclick = again;
$.reuse.onclick = toWorkflow;
$.remove.onclick = remove;
$.restore.onclick = () => restore(here().id);
$.purge.onclick = purge;
$.copy.onclick = () => { const d = details[here().id]; window.stepglassCopy((d && d.prompt) || "", "Prompt copied."); };
