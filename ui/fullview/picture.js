// The full view: one picture large, and those beside it. Text is only ever set as text.
const { h, show, ask, icon, plural, stars, confirm } = window.stepglassDom;
const media = window.stepglassMedia;
const $ = {};
element.querySelectorAll("[data-ref]").forEach((e) => { $[e.dataset.ref] = e; });

const AHEAD = 2;             // pictures fetched before they are asked for, on each side
const NEAR_END = 6;          // that many before the end of the list it is asked to go on

let list = [];               // tiles; the gallery adds to the same list
let at = 0;
let details = {};            // by generation id, as ui/library/actions.py describes it
const strange = new Set();   // ids that are asked for

const here = () => list[at];
const address = (i, query = "") => `api/images/${encodeURIComponent(i.id)}/${i.n}${query}`;
const moment = (t) => new Date(t * 1000).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
const pictured = (i) => i.n >= 0 && media.kindOf(i.media) === "image";

function drawPicture() {
  const i = here(), is = pictured(i);
  $.picture.hidden = !is;
  $.other.hidden = is;
  $.download.hidden = i.n < 0;
  $.back.hidden = at === 0;
  $.next.hidden = at >= list.length - 1;
  $.other.replaceChildren(...(is ? [] : i.n < 0 ? [words(details[i.id])] : [media.player(i, address(i))]));
  $.download.href = address(i, "?download");
  $.download.download = i.name || `stepglass-${i.id.slice(-12)}-${i.n}`;
  if (!is) return;
  $.picture.src = address(i, "?thumbnail");
  const full = new Image();
  full.onload = () => { if (here() === i) { $.picture.src = full.src; ahead(); } };
  full.src = address(i);
}

// The neighbours, once this one is there: the next key shows its picture at once.
function ahead() {
  for (let step = 1; step <= AHEAD; step += 1) {
    for (const i of [list[at + step], list[at - step]]) if (i && pictured(i)) new Image().src = address(i);
  }
}

// What a generation said that made no file.
function words(d) {
  const pre = h("pre", { tabindex: 0 }, d && d.texts ? d.texts.join("\n\n") || d.error || "It made no file." : "…");
  return h("div", { class: "sg-media sg-textfile" }, pre);
}

function draw() {
  drawPicture();
  drawWords();
  const { id } = here();
  for (const i of [here(), list[at + 1]]) if (i && !details[i.id]) describe(i.id);
  lineage(id);
  if (at >= list.length - NEAR_END) window.dispatchEvent(new CustomEvent("stepglass:near", { detail: { list } }));
}

async function describe(id) {
  if (strange.has(id)) return;
  strange.add(id);
  const answer = await ask(() => server.gal_describe({ id }));
  strange.delete(id);
  if (answer.error) { if (here() && here().id === id) window.stepglassToast(answer.error); return; }
  details[id] = answer;
  if ($.dialog.open && here() && here().id === id) drawWords();
}

function go(step) {
  const to = at + step;
  if (to < 0 || to >= list.length) return;
  at = to;
  draw();
}

function close() { if ($.dialog.open) $.dialog.close(); }

function open({ list: found, at: place }) {
  if (!found.length) return;
  list = found;
  at = place;
  details = {};
  draw();
  if (!$.dialog.open) $.dialog.showModal();
}
