// The queue. `value` is what ui/queue/tab.py makes; text is only ever set as text.

import { once } from "../shell/once.js";
import { toast } from "../shell/toast.js";
import { plural } from "../shell/count.js";
import { closesBeside, refs, show, text } from "../shell/dom.js";
import { about, ago } from "../shell/format.js";
import { ENDS, STATES, cancelText, meta, named, reason, stuckTitle, titleOf, when } from "./words.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

const host = /** @type {import("../shell/host.js").Host} */ ({});
/** Elements of the template by their data-ref. @type {Record<string, any>} */
const $ = {};

const LOST_AFTER = 8;      // seconds without a word from the app
const MAKING = ["retry", "again"];   // acts that queue something more
const RETRY_EVERY = 5000;  // milliseconds between tries to follow again

let shown = null;          // the value on the screen
let order = [0, 0];        // its turn and number; older values are echoes
let acted = 0;
let heard = performance.now();
let following = false;     // the tab is in sight
const rows = new Map();    // elements by generation id
const ended = new Map();

const parts = (e) => Object.fromEntries([...e.querySelectorAll("[data-in]")].map((p) => [p.dataset.in, p]));
function cloned(template) {
  const make = once(act);
  const e = template.content.firstElementChild.cloneNode(true);
  e.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    (MAKING.includes(button.dataset.act) ? make : act)(button.dataset.act, e.dataset.id);
  });
  return e;
}

function label(e, row) {
  e.querySelectorAll("[data-act]").forEach((b) => {
    const does = b.title || b.textContent;
    b.setAttribute("aria-label", `${does}: ${named(row)}`);
  });
}

function drawRow(row) {
  let e = rows.get(row.id);
  if (!e) {
    e = cloned($.rowTemplate);
    e.dataset.id = row.id;
    e.p = parts(e);
    e.p.priority.onchange = () => act(e.p.priority.value, row.id);
    rows.set(row.id, e);
  }
  const p = e.p, waits = row.place > 0, runs = row.state === "running" || row.state === "keeping";
  e.dataset.state = row.state;
  text(p.place, waits ? String(row.place) : STATES[row.state] || "");
  p.place.setAttribute("aria-label", waits ? t("Place {place}", { place: row.place }) : p.place.textContent);
  text(p.prompt, row.prompt || t("No prompt"));
  text(p.meta, meta(row));
  show(p.run, runs);
  p.fill.style.transform = `scaleX(${row.percent / 100})`;
  p.bar.setAttribute("aria-valuenow", String(Math.floor(row.percent)));
  p.bar.setAttribute("aria-label", t("Progress of {job}", { job: named(row) }));
  text(
    p.now,
    row.stopping
      ? t("Cancelling")
      : row.steps > 0
        ? t("{title}, step {step} of {steps}", { title: row.title, step: row.step, steps: row.steps })
        : titleOf(row),
  );
  const away =
    runs && row.away !== null
      ? `, ${stuckTitle({ why: "unreachable", title: t("server unreachable"), since: row.away })}`
      : "";
  text(
    p.left,
    away
      ? `${Math.floor(row.percent)} %${away}`
      : `${Math.floor(row.percent)} %` +
        (row.left === null ? "" : `, ${row.left < 1 ? t("under 1 s left") : t("about {time} left", { time: about(row.left) })}`),
  );
  text(p.when, reason(row) || when(row));
  show(p.when, Boolean(p.when.textContent));
  text(p.notice, said(row.notice));
  show(p.notice, Boolean(row.notice));
  show(p.moves, waits);
  show(p.priority, waits);
  if (document.activeElement !== p.priority) p.priority.value = row.priority;
  p.priority.setAttribute("aria-label", t("Priority of {job}", { job: named(row) }));
  p.priority.dataset.value = row.priority;
  const hold = e.querySelector("[data-act=hold], [data-act=release]");
  show(hold, waits);
  hold.dataset.act = row.state === "held" ? "release" : "hold";
  text(hold, row.state === "held" ? t("Release") : t("Hold"));
  ["front", "up"].forEach((a) => off(e, a, row.first));
  off(e, "down", row.last);
  const cancel = e.querySelector("[data-act=cancel]");
  cancel.title = t("Cancel");
  e.dataset.stopping = String(Boolean(row.stopping));
  off(e, "cancel", row.stopping);
  e.draggable = waits;
  label(e, row);
  return e;
}

const off = (e, name, on) => e.querySelector(`[data-act=${name}]`).setAttribute("aria-disabled", String(Boolean(on)));

function drawOthers(row, n) {
  const id = `others-${row.place ? "waiting" : "sent"}-${n}`;
  let e = rows.get(id);
  if (!e) {
    e = document.createElement("li");
    e.className = "queue-row queue-others";
    const place = document.createElement("span");
    place.className = "queue-place";
    e.append(place, document.createElement("p"));
    rows.set(id, e);
  }
  text(e.firstChild, row.place === 0 ? t("On a server") : row.count > 1 ? `${row.place}–${row.to}` : String(row.place));
  text(e.lastChild, row.count > 1 ? t("{count} generations of others", { count: row.count }) : t("Somebody else's"));
  return [id, e];
}

// Put *wanted* elements into *list* in order; focus stays where it was.
function arrange(list, wanted) {
  const focused = /** @type {HTMLElement} */ (document.activeElement);
  wanted.forEach((e, n) => { if (list.children[n] !== e) list.insertBefore(e, list.children[n] || null); });
  while (list.children.length > wanted.length) list.lastChild.remove();
  if (focused && focused !== document.activeElement && focused.isConnected && list.contains(focused)) focused.focus();
}

function drawEnded(row) {
  let e = ended.get(row.id);
  if (!e) {
    e = cloned($.endedTemplate);
    e.dataset.id = row.id;
    e.p = parts(e);
    e.p.details.addEventListener("toggle", () => { if (e.p.details.open) fetchDetail(row.id, e.p.detail); });
    ended.set(row.id, e);
  }
  const p = e.p;
  e.dataset.state = row.state;
  text(p.place, ENDS[row.state] || row.state);
  text(p.prompt, row.prompt || t("No prompt"));
  text(p.meta, [meta(row), row.images ? plural(row.images, "image") : "", ago(row.ago)].filter(Boolean).join(" · "));
  text(p.sentence, said(row.sentence));
  show(p.sentence, Boolean(row.sentence));
  show(p.details, row.detail);
  label(e, row);
  return e;
}

async function fetchDetail(id, into) {
  if (into.textContent) return;
  into.textContent = "…";
  try {
    const answer = await fetch(`api/generations/${encodeURIComponent(id)}`, { cache: "no-store" });
    const found = await answer.json();
    into.textContent = answer.ok ? found.errorDetail : said(found.error);
  } catch { into.textContent = ""; toast(t("The details could not be fetched: try again.")); }
}

function counts(v) {
  const mine = [v.running ? t("{count} running", { count: v.running }) : "", v.waiting ? t("{count} waiting", { count: v.waiting }) : ""]
    .filter(Boolean)
    .join(", ");
  const others = v.others ? t("{count} of others", { count: v.others }) : "";
  return [mine && t("{jobs} of yours", { jobs: mine }), others].filter(Boolean).join(" · ");
}

function keepOnly(map, ids) {
  [...map.keys()].forEach((id) => { if (!ids.has(id)) map.delete(id); });
}

function draw(v) {
  if (v.acted) return told(v);
  if (!v.order || v.order[0] < order[0] || (v.order[0] === order[0] && v.order[1] <= order[1])) return;
  order = v.order;
  shown = v;
  heard = performance.now();
  show($.lost, false);
  const mine = v.running + v.waiting;
  text($.counts, counts(v));
  show($.head, mine > 0 || v.others > 0 || v.paused);
  show($.pause, mine > 0 || v.paused);
  text($.pause, v.paused ? t("Resume queue") : t("Pause queue"));
  $.pause.classList.toggle("sg-primary", v.paused);
  show($.cancelAll, mine > 0);
  show($.paused, v.paused);
  show($.stuck, Boolean(v.stuck));
  text($.stuck, v.stuck ? `${stuckTitle(v.stuck)}. ${said(v.stuck.sentence)}` : "");
  show($.empty, v.rows.length === 0);
  let n = 0;
  const drawn = v.rows.map((row) => (row.id ? [row.id, drawRow(row)] : drawOthers(row, n++)));
  if (!dragged) arrange($.rows, drawn.map(([, e]) => e));
  keepOnly(rows, new Set(drawn.map(([id]) => id)));
  show($.rows, drawn.length > 0);
  show($.more, v.more > 0);
  text($.more, t("and {count} more after these", { count: v.more }));
  arrange($.ended, v.ended.map(drawEnded));
  keepOnly(ended, new Set(v.ended.map((row) => row.id)));
  show($.endedBox, v.ended.length > 0);
}

function told(v) {
  if (v.acted <= acted) return;
  acted = v.acted;
  if (v.undo) toast(said(v.said), t("Undo"), () => act("undo", v.undo));
  else if (v.bad || /^(Queued|Cancel|\d)/.test(v.said)) toast(said(v.said));
  else $.say.textContent = said(v.said);
}

function act(what, id) {
  if (what === "open") return host.trigger("open", { job: id });
  host.trigger("act", { what, id });
}

// Dragging a row does what the buttons do, for those who point.
let dragged = null;
const ownWaiting = () => [...$.rows.children].filter((e) => e.draggable);

// Following only while the tab is in sight.
let inSight = false;
function attend() {
  const wanted = inSight && !document.hidden;
  if (wanted === following) return;
  following = wanted;
  heard = performance.now();
  host.trigger(wanted ? "follow" : "leave", {});
}
let tried = 0;

function setUp() {
  $.pause.onclick = () => act(shown && shown.paused ? "resume" : "pause", "");
  $.cancelAll.onclick = () => {
    const count = shown.running + shown.waiting, all = plural(count, "generation", "generations");
    text($.confirmTitle, count === 1 ? t("Cancel your generation?") : t("Cancel all {generations} of yours?", { generations: all }));
    text($.confirmText, cancelText(shown));
    text($.keep, count === 1 ? t("Keep it") : t("Keep them"));
    text($.reallyCancel, t("Cancel {count}", { count }));
    $.confirm.showModal();
    $.keep.focus();
  };
  $.keep.onclick = () => $.confirm.close();
  $.reallyCancel.onclick = () => { $.confirm.close(); act("cancel_all", ""); };
  closesBeside($.confirm);
  $.rows.addEventListener("dragstart", (e) => {
    dragged = e.target.closest(".queue-row[draggable=true]");
    if (!dragged) return;
    dragged.from = ownWaiting().indexOf(dragged);
    e.dataTransfer.effectAllowed = "move";
    e.dataTransfer.setData("text/plain", dragged.dataset.id);
    dragged.classList.add("dragged");
  });
  $.rows.addEventListener("dragover", (e) => {
    const over = e.target.closest && e.target.closest(".queue-row[draggable=true]");
    if (!dragged || !over || over === dragged) return;
    e.preventDefault();
    const box = over.getBoundingClientRect();
    $.rows.insertBefore(dragged, e.clientY < box.top + box.height / 2 ? over : over.nextSibling);
  });
  $.rows.addEventListener("drop", (e) => { if (dragged) e.preventDefault(); });
  $.rows.addEventListener("dragend", () => {
    if (!dragged) return;
    const by = ownWaiting().indexOf(dragged) - dragged.from;
    dragged.classList.remove("dragged");
    if (by) act(`move:${by}`, dragged.dataset.id);
    dragged = null;
  });
  new IntersectionObserver((seen) => { inSight = seen[seen.length - 1].isIntersecting; attend(); }).observe(host.root);
  document.addEventListener("visibilitychange", attend);
  setInterval(() => {
    if (!following || (performance.now() - heard) / 1000 < LOST_AFTER) return;
    show($.lost, true);
    if (performance.now() - tried < RETRY_EVERY) return;
    tried = performance.now();
    host.trigger("follow", {});
  }, 1000);
  host.watch("value", () => draw(host.props.value || {}));
  if (host.props.value) draw(host.props.value);
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} given */
export function mount(given) {
  Object.assign(host, given);
  host.root = host.element.querySelector(".queue");
  refs($, host.element);
  setUp();
}
