// Opening, checking and running workflows. What the app answers comes through server.wf_….

import { missing } from "../fetch/fetch.js";
import { takes } from "../shell/drag.js";
import { on } from "../shell/events.js";
import { inputs } from "../shell/inputs.js";
import { toast } from "../shell/toast.js";
import { ask, h, refs, show, within } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { arrange, arranged, drawArranging } from "./arrange.js";
import { pasted, send } from "./files.js";
import { drawForm, drawNotes, drawProblems, reveal, search } from "./form.js";
import { forms } from "./forms.js";
import { began, give, reuse } from "./given.js";
import { drawMany, drawPlan, sheet } from "./many.js";
import { setUp as startMask } from "./mask.js";
import { programs } from "./programs.js";
import { drawShelf, shelf } from "./shelf.js";
import { words } from "./field_values.js";
import { changed, checked, draft, remember, remembered, settled } from "./checking.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

const AGAIN = 1000, MOST_AGAIN = 15000;  // milliseconds until a server that starts is asked again
let number = 0;            // newest value of the component that was drawn
let running = false;

export function draw(answer) {
  now.view = answer;
  now.arranging = false;
  now.edits = { ...answer.edits };
  now.modes = { ...answer.modes };
  now.many = { ...answer.many };
  $.name.textContent = now.view.name;
  show($.start, false);
  show($.work, true);
  show($.back, true);
  show($.alert, false);
  show($.saving, false);
  drawArranging();
  drawForm();
  drawMany();
  drawNotes();
  drawProblems();
  drawPlan(answer);
  show($.sheet, now.view.grid);
  show($.app, now.view.app);
  remember();
}

function begin() {
  show($.start, true);
  show($.work, false);
  shelf();
  forms();
}

export async function opened(call) {
  show($.openError, false);
  $.drop.dataset.busy = "true";
  const answer = await ask(call);
  delete $.drop.dataset.busy;
  if (answer.settings) return host.trigger("settings", { number: answer.settings });
  if (answer.error) {
    begin();
    $.openError.textContent = answer.error;
    return show($.openError, true);
  }
  draw(answer);
  give();
  $.say.textContent = t("Opened {name}: {count} settings.", { name: now.view.name, count: now.view.fields.length });
  $.name.focus({ preventScroll: true });
  host.element.scrollIntoView({ block: "nearest" });
}

export const choose = (kind, name) => opened(() => host.server.wf_preset({ kind, name }));
const openFile = (blob) => opened(async () => {
  const { path } = await host.upload(blob);
  return host.server.wf_open({ path, name: words(blob.name).slice(0, 300) });
});

function asPicture(blob) {
  const f = now.view && !$.work.hidden && now.view.fields.find((one) => one.kind === "image" && one.first);
  return f && blob.type.startsWith("image/") ? f : null;
}

function wire() {
  $.file.onchange = () => { if ($.file.files[0]) openFile($.file.files[0]); $.file.value = ""; };
  if ($.file.files[0]) $.file.onchange();  // chosen while this script was still on its way
  $.drop.tabIndex = 0;
  $.file.tabIndex = -1;
  $.drop.onkeydown = (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); $.file.click(); } };
  for (const name of ["dragenter", "dragover"])
    host.element.addEventListener(name, (e) => {
      e.preventDefault();
      host.element.dataset.over = "true";
    });
  for (const name of ["dragleave", "drop"])
    host.element.addEventListener(name, () => {
      delete host.element.dataset.over;
    });
  takes(
    host.element,
    (target) => target.closest(".wf-field[data-kind=image]") || host.element,
    (tile, zone) => reuse(tile, zone.dataset.key),
  );
  host.element.addEventListener("drop", (e) => {
    if (e.defaultPrevented) return;   // an image of the gallery
    e.preventDefault();
    const blob = e.dataTransfer.files[0], box = e.target.closest(".wf-field");
    const w = box && now.widgets.get(box.dataset.key);
    if (!blob) return;
    if (w && ["image", "video", "audio"].includes(w.field.kind)) send(w.field, blob);
    else openFile(blob);
  });
  document.addEventListener("paste", (e) => {
    if (host.element.offsetParent === null || document.querySelector("dialog[open]")) return;
    const blob = pasted(e), typed = within(e.target, "input:not([type=file]), textarea");
    const text = typed ? "" : e.clipboardData.getData("text/plain");
    if (blob) {
      e.preventDefault();
      const f = asPicture(blob);
      if (f) send(f, blob); else openFile(blob);
    } else if (text.trimStart().startsWith("{")) {
      e.preventDefault();
      openFile(new File([text], "pasted.json", { type: "application/json" }));
    }
  });
  $.another.onclick = begin;
  $.back.onclick = () => { show($.start, false); show($.work, true); };
  $.search.oninput = search;
  $.arrange.onclick = () => (now.arranging ? arranged() : arrange());
  $.save.onclick = () => {
    $.presetName.value = now.view.preset || now.view.name;
    show($.saving, true);
    $.presetName.focus();
    $.presetName.select();
  };
  $.keepNot.onclick = () => { show($.saving, false); $.save.focus(); };
  $.keep.onclick = save;
  $.keepShare.onclick = async () => { if (await save()) download("wf_share"); };
  $.presetName.onkeydown = (e) => { if (e.key === "Enter") save(); if (e.key === "Escape") $.keepNot.onclick(); };
  $.share.onclick = () => download("wf_share");
  $.app.onclick = () => download("wf_app");
  inputs.count = () => (now.view ? now.view.fields.filter((f) => f.kind === "image").length : 0);
  on("reuse", (e) => reuse(e.detail));
  on("form", (e) => began(e.detail));
  on("workflow", ({ detail }) => openFile(detail.file));
  on("over", () => { if (now.view && !running) changed(); });
  on("offers", () => { if (now.view && !$.work.hidden) changed(); });
  now.missing = missing($.missing, host.server);
  $.sheet.onclick = sheet;
  $.programs.ontoggle = programs;
  $.run.onclick = () => run();
  $.stop.onclick = () => host.trigger("stop", {});
}

// Keeping

// Whether it was kept.
async function save() {
  if (now.arranging && !(await arranged())) return false;
  const answer = await ask(() => host.server.wf_save({ ...draft(), name: $.presetName.value }));
  if (answer.error) { complain(answer.error); return false; }
  show($.saving, false);
  complain("");
  now.view.preset = answer.name;
  now.view.name = answer.name;
  $.name.textContent = answer.name;
  drawShelf(answer);
  toast(t("Saved as “{name}”.", { name: answer.name }));
  return true;
}

// Gives the form as a file, of the kind that the function `name` makes.
async function download(name) {
  if (now.arranging && !(await arranged())) return;
  const answer = await ask(() => host.server[name](draft()));
  complain(answer.error || answer.says);
  if (answer.error) return;
  const link = h("a", {
    href: URL.createObjectURL(new Blob([answer.text], { type: "application/json" })),
    download: answer.filename,
  });
  link.click();
  toast(t("Downloaded “{file}”.", { file: answer.filename }));
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export function complain(sentence) {
  $.alert.textContent = said(words(sentence));
  show($.alert, Boolean(sentence));
}

// Running

async function run(partial) {
  if (running || !now.view || (now.arranging && !(await arranged()))) return;
  running = true;
  settled();
  $.run.setAttribute("aria-busy", "true");
  const bench = now.view.bench,
    answer = await ask(() => host.server.wf_run({ ...draft(), partial: partial === true }));
  running = false;
  $.run.removeAttribute("aria-busy");
  if (!now.view || now.view.bench !== bench) return;
  complain(answer.error);
  if (answer.problems) checked(answer);
  if (answer.error) {
    if ((answer.without || []).length)
      $.alert.append(
        " ",
        h(
          "button",
          { type: "button", class: "wf-nearest", onclick: () => run(true) },
          t("Generate without “{names}”", { names: answer.without.join("”, “") }),
        ),
      );
    const wrong = now.view.fields.find((f) => (answer.problems || []).some((p) => p.key === f.key));
    if (wrong) reveal(wrong.key);
    return;
  }
  Object.entries(answer.seeds).forEach(([key, seed]) => {
    now.edits[key] = seed;
    const w = now.widgets.get(key);
    if (w) w.set(seed);
  });
  remember();
  show($.sheet, answer.grid);
  host.trigger("follow", { job: answer.job });
}

async function start(wait = AGAIN) {
  const mine = remembered(), answer = await ask(() => host.server.wf_start({ bench: words(mine.bench) }));
  if (now.view) return;  // something was opened meanwhile
  if (answer.waiting) {
    if ($.start.hidden) begin();
    $.say.textContent = $.openNote.textContent = t("Waiting for the server to say which nodes it has…");
    show($.openNote, true);
    setTimeout(start, wait, Math.min(MOST_AGAIN, wait * 1.5));
    return;
  }
  show($.openNote, false);
  if (answer.error || !answer.bench) {
    begin();
    if (answer.error) {
      $.openError.textContent = answer.error;
      show($.openError, true);
    }
    return;
  }
  draw(answer);
  if (mine.bench === answer.bench) {
    now.edits = mine.edits || now.edits;
    now.modes = mine.modes || now.modes;
    now.many = mine.many || now.many;
    drawForm();
    drawMany();
    drawProblems();
    changed();
  }
  give();
  if (answer.job) host.trigger("follow", { job: answer.job });
}

function value() {
  const v = host.props.value || {};
  if (!v.number || v.number <= number) return;
  number = v.number;
  if (v.error) complain(v.error);
  else if (v.bench) draw(v);
}

function setUp() {
  wire();
  startMask();
  start().then(() => { host.watch("value", value); value(); });
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} given */
export function mount(given) {
  Object.assign(host, given);
  refs($, host.element);
  setUp();
}
