// The full view. `value` describes one generation (ui/fullview.py); text is only ever set as text.
const $ = {};
element.querySelectorAll("[data-ref]").forEach((e) => { $[e.dataset.ref] = e; });
let list = [];
let at = 0;
let details = {};          // by generation id
let number = 0;

const media = window.stepglassMedia;
const here = () => list[at];
const address = (i, query = "") => `api/images/${encodeURIComponent(i.id)}/${i.n}${query}`;
const moment = (t) => new Date(t * 1000).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });

function row(name, value) {
  const box = document.createElement("div"), dt = document.createElement("dt"), dd = document.createElement("dd");
  dt.textContent = name;
  dd.textContent = value;
  box.append(dt, dd);
  return box;
}

function drawPicture() {
  const i = here(), pictured = i.n >= 0 && media.kindOf(i.media) === "image";
  $.picture.hidden = !pictured;
  $.other.hidden = pictured;
  $.download.hidden = i.n < 0;
  $.back.hidden = at === 0;
  $.next.hidden = at >= list.length - 1;
  $.other.replaceChildren(...(pictured ? [] : i.n < 0 ? [words(details[i.id])] : [media.player(i, address(i))]));
  $.download.href = address(i, "?download");
  $.download.download = i.name || `stepglass-${i.id.slice(-12)}-${i.n}`;
  if (!pictured) return;
  $.picture.src = address(i, "?thumbnail");
  const full = new Image();
  full.onload = () => { if (here() === i) $.picture.src = full.src; };
  full.src = address(i);
}

// What a generation said that made no file.
function words(d) {
  const box = document.createElement("div");
  box.className = "sg-media sg-textfile";
  const pre = document.createElement("pre");
  pre.tabIndex = 0;
  pre.textContent = d && d.texts ? d.texts.join("\n\n") || "It made no file." : "…";
  box.append(pre);
  return box;
}

function drawWords() {
  const i = here(), d = details[i.id];
  if (!d) {
    $.when.textContent = "";
    $.prompt.textContent = "…";
    $.negative.hidden = true;
    $.rows.replaceChildren();
    return;
  }
  if (i.n < 0) $.other.replaceChildren(words(d));
  $.prompt.textContent = d.gone || d.prompt || "No prompt";
  if (d.gone) return;
  $.picture.alt = d.prompt || "Generated picture";
  $.when.textContent = d.times.length ? moment(d.times[d.times.length - 1][1]) : "";
  $.negative.hidden = !d.negative;
  $.negative.textContent = d.negative ? `Without: ${d.negative}` : "";
  $.note.hidden = !(d.warning || d.error);
  $.note.textContent = d.error || d.warning;
  const image = d.images.find((one) => one.n === i.n);
  const rows = d.rows.map(([name, value]) => row(name, value));
  rows.push(...d.times.map(([name, t]) => row(name, moment(t))));
  if (image) rows.push(row("File", `${image.width ? `${image.width} × ${image.height}, ` : ""}${Math.ceil(image.bytes / 1024)} kB`));
  $.rows.replaceChildren(...rows);
  $.remove.hidden = !d.mine;
}

function draw() {
  drawPicture();
  drawWords();
  if (!details[here().id]) trigger("open", { id: here().id });
}

function go(step) {
  const to = at + step;
  if (to < 0 || to >= list.length) return;
  at = to;
  draw();
}

function close() { if ($.dialog.open) $.dialog.close(); }
// A player must not go on behind a closed dialog.
$.dialog.addEventListener("close", () => $.other.replaceChildren());

function took(v) {
  if (v.id) {
    details[v.id] = v;
    if ($.dialog.open && here() && here().id === v.id) drawWords();
  }
  if (!v.number || v.number <= number) return;
  number = v.number;
  if (v.said) window.stepglassToast(v.said);
  if (v.removed) removed(v.removed);
  if (v.restored) {
    window.dispatchEvent(new CustomEvent("stepglass:restored", { detail: { id: v.restored } }));
    window.stepglassToast("Back in the gallery.");
  }
}

function removed(id) {
  window.dispatchEvent(new CustomEvent("stepglass:removed", { detail: { id } }));
  list = list.filter((i) => i.id !== id);
  delete details[id];
  if (!list.length) close();
  else if ($.dialog.open) { at = Math.min(at, list.length - 1); draw(); }
  window.stepglassToast("Deleted.", "Undo", () => trigger("restore", { id }));
}

window.addEventListener("stepglass:open", (e) => {
  list = e.detail.list;
  at = e.detail.at;
  if (!list.length) return;
  draw();
  if (!$.dialog.open) $.dialog.showModal();
});
// On the window: a focused arrow that hides at the last picture takes the focus with it.
window.addEventListener("keydown", (e) => {
  if (!$.dialog.open) return;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
  if (step) { e.preventDefault(); go(step); }
});
let touch = null;
$.stage.addEventListener("touchstart", (e) => { touch = e.touches.length === 1 ? e.touches[0].clientX : null; }, { passive: true });
$.stage.addEventListener("touchend", (e) => {
  if (touch === null) return;
  const moved = e.changedTouches[0].clientX - touch;
  if (Math.abs(moved) > 50) go(moved < 0 ? 1 : -1);
});
$.dialog.addEventListener("click", (e) => { if (e.target === $.dialog) close(); });
$.back.onclick = () => go(-1);
$.next.onclick = () => go(1);
$.close.onclick = close;
$.use.onclick = () => { trigger("use", { id: here().id }); close(); };
$.spans.onclick = () => { trigger("spans", { id: here().id }); close(); };
$.remove.onclick = () => trigger("remove", { id: here().id });
$.copy.onclick = async () => {
  const d = details[here().id];
  try {
    await navigator.clipboard.writeText((d && d.prompt) || "");
    $.copy.textContent = "Copied";
    setTimeout(() => { $.copy.textContent = "Copy prompt"; }, 1500);
  } catch { window.stepglassToast("This browser does not allow copying here."); }
};
watch("value", () => took(props.value || {}));
