// Draws the live panel. `value` is what ui/live/panel.py makes; text is only ever set as text.

import { act, openActs } from "../shell/acts.js";
import { refs, show, text } from "../shell/dom.js";
import { sends } from "../shell/drag.js";
import { emit, on } from "../shell/events.js";
import { clock, exact } from "../shell/format.js";
import { keyOf } from "../shell/image_key.js";
import { inputs } from "../shell/inputs.js";
import { once } from "../shell/once.js";
import { setTitle } from "../shell/title.js";
import { copyText } from "../shell/copy.js";
import { forgetJob, nameJob } from "./address.js";
import { withoutBinned } from "./binned.js";
import { drawMark, isCut } from "./ending.js";
import { comesWhenCalled } from "./called.js";
import { bringIntoSight, wasPressed } from "./in_sight.js";
import { asMarked } from "./marked.js";
import { leftAfter, percentAfter } from "./motion.js";
import { offers } from "./offer.js";
import { isAppInReach } from "./reach.js";
import { clearRefusal, refuse } from "./refusal.js";
import { renewLink } from "./renew_link.js";
import { stage } from "./stage.js";
import { leftText, linkText, marks, shareOf, tabTitle, waitTitle, titleOf } from "./words.js";
import { plural } from "../shell/count.js";
import { forecastSaid } from "../words/forecast.js";
import { said as spoken } from "../words/said.js";
import { t } from "../words/words.js";

const LOST_AFTER = 7;      // seconds without a word from the app while something runs
const RETRY_EVERY = 2500;  // milliseconds between looks for the app
const MOVE_EVERY = 90;     // milliseconds between two places of the bar, as in live.css
const ATTACHES = 3;        // tries to take up the thread before the page is loaded anew

/** A live panel of its own: there may be several. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  const root = host.element.querySelector(".live");
  const $ = {};
  refs($, root);
  let shown = null;          // the value on the screen
  let heard = 0;             // performance.now() when it came
  let turn = 0;              // newest turn seen; values of earlier ones are echoes
  let refusedTurn = 0;
  let said = "";
  let attaches = 0;
  let lastSpeed = {};
  let partsKey = "";

  const panel = { root, shown: null };   // what the stage knows of it
  const { drawStage, drawTexts, forget, key } = stage(panel, $);
  const { drawOffer, keepOffer } = offers(host);
  let away = false;           // the page has lost the app
  let sent = {};              // the value as it came
  const binned = new Set();   // keys of images that went into the bin since
  const highest = new Map();  // what was shown of each, by id: a bar never falls
  const passed = () => (shown.ticking ? Math.min((performance.now() - heard) / 1000, LOST_AFTER) : 0);

  function percentNow() {
    const v = shown;
    let percent = percentAfter(v.percent, v.motion, passed());
    percent = v.state === "waiting" ? 0 : Math.max(highest.get(v.id) || 0, percent);
    highest.set(v.id, percent);
    if (highest.size > 200) highest.delete(highest.keys().next().value);
    return percent;
  }

  function entitle(v, whole) {
    const words = tabTitle(v, whole);
    if (v.live) setTitle(host.props.stop, { words, live: true, share: shareOf(v, whole) });
    else setTitle(host.props.stop, { words, live: false, mark: marks[v.state] });
  }

  function drawBar() {
    if (!shown || !shown.state) return;
    const v = shown, percent = percentNow(), whole = Math.floor(percent);
    text($.percent, isCut(v.state) || v.state === "waiting" ? "" : `${whole} %`);
    const scale = `scaleX(${(percent / 100).toFixed(4)})`;
    if ($.fill.style.transform !== scale) $.fill.style.transform = scale;
    if ($.bar.getAttribute("aria-valuenow") !== String(whole)) $.bar.setAttribute("aria-valuenow", String(whole));
    const words = isCut(v.state)
      ? titleOf(v)
      : [titleOf(v), $.step.textContent, t("{whole} percent", { whole })].filter(Boolean).join(", ");
    if ($.bar.getAttribute("aria-valuetext") !== words) $.bar.setAttribute("aria-valuetext", words);
    if (!v.motion) return;
    if (!away) entitle(v, whole);
    if (v.parts.length > 1) $.parts.children[v.index - 1].style.setProperty("--done", `${percent.toFixed(1)}%`);
  }

  function drawClock() {
    if (!shown || !shown.state) return;
    const v = shown, gone = (performance.now() - heard) / 1000, ended = !v.live && v.state !== "waiting";
    text($.elapsedName, v.state === "waiting" ? t("Waiting") : ended ? t("Time") : t("Elapsed"));
    text($.elapsed, ended ? exact(v.elapsed) : clock(v.elapsed + gone));
    const lost = v.live && gone > LOST_AFTER;
    const late = v.overdue || Boolean(v.motion && v.motion.gone + passed() > v.motion.late);
    const left =
      v.eta === null || late ? null : Math.max(0, v.motion ? leftAfter(v.motion, passed()) : v.eta - passed());
    const [name, words] = leftText(v, left, late);
    text($.leftName, name);
    text($.left, words);
    const forecast = forecastSaid(v.forecast);
    if ($.left.title !== forecast) $.left.title = forecast;
    const known = v.wait && ["unreachable", "denied", "connecting"].includes(v.wait.why);
    const link = lost ? t("page lost the app, retrying") : known ? "" : linkText(v.link, gone);
    text($.chipText, link);
    show($.chip, Boolean(link));
    $.chip.dataset.kind = lost ? "unreachable" : v.link.kind;
    $.chip.title = spoken(v.link.error || "");
  }

  function drawStatus(v) {
    show($.status, true);
    drawMark($, v.live ? "" : v.state);
    text($.title, v.stopping ? t("Cancelling") : titleOf(v));
    text(
      $.step,
      v.wait && !v.stopping
        ? waitTitle(v.wait)
        : v.steps > 0 && v.state === "running"
          ? t("step {step} of {steps}", { step: v.step, steps: v.steps })
          : "",
    );
    if (v.speed) lastSpeed = { id: v.id, text: v.speed };
    text($.speed, v.speed || (lastSpeed.id === v.id && lastSpeed.text) || "–");
    const place =
      v.wait && ["next", "behind"].includes(v.wait.why)
        ? v.wait.ahead
          ? t("{count} ahead", { count: v.wait.ahead })
          : t("next")
        : "";
    text($.placeName, place ? t("Queue") : v.server ? t("Server") : t("Size"));
    text($.place, place || v.server || (v.width ? `${v.width} × ${v.height}` : "–"));
    drawGroup(v);
    drawBar();
  }

  function drawGroup(v) {
    show($.group, v.parts.length > 1);
    if (v.parts.length < 2) return;
    const now = JSON.stringify(v.parts);
    const kept = v.parts.filter(([, s]) => s === "finished").length;
    const count = v.parts.length;
    text($.groupText, v.live ? t("Job {n} of {count}", { n: v.index, count }) : t("{n} of {count} finished", { n: kept, count }));
    if (now === partsKey) return;
    partsKey = now;
    while ($.parts.children.length > v.parts.length) $.parts.lastChild.remove();
    while ($.parts.children.length < v.parts.length) $.parts.append(document.createElement("i"));
    v.parts.forEach(([percent, state], n) => {
      const part = $.parts.children[n];
      part.dataset.state = state;
      part.style.setProperty("--done", `${percent}%`);
    });
    const all = v.parts.reduce((sum, [p]) => sum + p, 0) / v.parts.length;
    $.parts.setAttribute("aria-valuenow", String(Math.floor(all)));
  }

  function drawNotes(v) {
    const notes = v.notes.join("\n");
    if ($.notes.dataset.key !== notes) {
      $.notes.dataset.key = notes;
      $.notes.replaceChildren(...v.notes.map((n) => {
        const p = document.createElement("p");
        p.className = "live-note";
        p.textContent = spoken(n);
        return p;
      }));
    }
    show($.again, Boolean(v.private) && ["failed", "lost", "cancelled"].includes(v.state));
    show($.copy, Boolean(v.private));
    show($.renew, Boolean(v.private));
    show($.error, Boolean(v.error));
    if (!v.error) return;
    text($.errorText, spoken(v.error.sentence));
    text($.errorDetail, v.error.detail);
    show($.errorMore, Boolean(v.error.detail));
  }

  // A screen reader hears turning points, not every step.
  function announce(v) {
    const quarter = Math.floor(v.percent / 25) * 25;
    const line = v.state === "running" ? [titleOf(v), quarter && t("{whole} percent", { whole: quarter })].filter(Boolean).join(", ")
      : v.state === "finished" ? t("Finished: {files}", { files: plural(v.images.length, "file") })
      : v.error ? spoken(v.error.sentence) : $.title.textContent;
    if (line === said) return;
    said = line;
    $.say.textContent = line;
  }

  function draw(value) {
    if (value.refused) return refused(value.refused);
    if (value.offer) return drawOffer(value.offer);
    if (value.missing) return missing(value.missing);
    if (!value.state || value.turn < turn) return;
    const v = withoutBinned(sent = value, binned);
    const begins = v.turn > turn;
    if (begins) { turn = v.turn; if (v.job !== (shown && shown.job)) { forget(); clearRefusal(); } }
    if (!shown || shown.id !== v.id) { if (!v.preview) $.preview.removeAttribute("src"); }
    const pressed = begins && wasPressed(), isPast = !shown && !v.live && !pressed;   // it was over before
    const over = !isPast && !v.live && (!shown || shown.live || shown.id !== v.id);  // some end before they are seen
    shown = panel.shown = v;
    heard = performance.now();
    attaches = 0;
    away = false;
    root.dataset.state = v.state;
    root.dataset.live = String(v.live);
    root.dataset.job = v.job;
    root.dataset.shown = v.id;
    stopButton();
    keepOffer(v, begins);
    show($.lost, false);
    drawStatus(v);
    drawStage(v);
    drawTexts(v);
    drawNotes(v);
    drawClock();
    if (!isPast) announce(v);
    if (pressed) bringIntoSight($.status);
    if (host.props.linked && !isPast) nameJob(v.job);
    if (over) emit("over");  // forecasts have more to go by now
    if (!isPast) entitle(v, Math.floor(highest.get(v.id) || 0));
  }

  const drawKept = () => { if (shown) drawStage(shown = panel.shown = withoutBinned(sent, binned)); };

  function missing(at) {
    if (at <= refusedTurn) return;
    refusedTurn = at;
    if (!host.props.linked) return;
    forgetJob();
    text($.lost, t("This link does not work: incomplete, renewed, deleted, or not shared with you."));
    show($.lost, true);
  }

  function stopButton() {
    const button = /** @type {HTMLButtonElement} */ (document.getElementById(host.props.stop)),
      isOn = Boolean(shown && shown.live && shown.mine !== false && !shown.stopping);
    if (button && button.disabled === isOn) button.disabled = !isOn;
  }

  function refused(refusal) {
    if (refusal.turn <= refusedTurn) return;
    refusedTurn = refusal.turn;
    refuse(refusal, host.props.linked ? null : $.status);
  }

  let looking = false;
  async function look() {
    if (looking || !shown || !shown.live) return;
    const silent = (performance.now() - heard) / 1000;
    if (silent < LOST_AFTER) return;
    looking = true;
    text($.lost, t("Connection lost, reconnecting. Your jobs keep running."));
    away = true;
    setTitle(host.props.stop, { words: t("Connection lost"), live: true });
    show($.lost, true);
    if (await isAppInReach()) {
      attaches += 1;
      if (attaches > ATTACHES) location.reload();
      else host.trigger("attach", { job: shown.job });
    }
    setTimeout(() => { looking = false; }, RETRY_EVERY);
  }

  $.open.onclick = () => {
    const list = shown.images.map(({ id, n, media: type, thumb, name }) => ({ id, n, media: type, thumb, name }));
    const at = Math.max(0, list.findIndex((i) => keyOf(i) === key()));
    emit("open", { list, at, beyond: true });
  };
  $.final.onclick = () => $.open.onclick();
  const runAgain = once((seed) => host.trigger("again", { id: shown.id, seed }));
  $.sameSeed.onclick = () => runAgain("same");
  $.newSeed.onclick = () => runAgain("new");
  $.goOn.onclick = () => host.trigger("go_on", { id: shown.id });
  $.renew.onclick = () => {
    const { id } = shown;
    renewLink(id, (link) => { if (shown.id === id) shown.private = link; });
  };
  $.copy.onclick = () => copyText(new URL(shown.private, location.href.split(/[?#]/)[0]).href, t("Private link copied."));
  // The Workflows tab's form says how many pictures it takes.
  const takesPicture = () => !host.props.linked && inputs.count() > 0;
  $.reuse.onclick = () => emit("reuse", { id: $.reuse.dataset.id, n: Number($.reuse.dataset.n) });
  const chosen = () => asMarked(shown.images.find((i) => keyOf(i) === $.more.dataset.key));
  $.more.onclick = () => openActs(chosen(), $.more, { but: ["use"], mine: shown.mine !== false });
  $.grid.onclick = () => act("grid", { id: shown.id, n: 0 });
  $.use.onclick = () => act("use", chosen());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  comesWhenCalled(host);
  setInterval(drawBar, MOVE_EVERY);
  setInterval(() => { show($.reuse, takesPicture() && !$.final.hidden); drawClock(); look(); stopButton(); }, 250);
  sends(root, (target) => {
    const element = target.closest(".live-final, .live-strip button");
    const tile = element === $.final ? chosen() : shown?.images[[...$.strip.children].indexOf(element)];
    return element && tile ? { element, tile } : null;
  });
  on("removed", (e) => { e.detail.keys.forEach((one) => binned.add(one)); drawKept(); });
  on("restored", (e) => { e.detail.keys.forEach((one) => binned.delete(one)); drawKept(); });
  host.watch("value", () => draw(host.props.value || {}));
  if (host.props.value) draw(host.props.value);
}
