// Opening, checking and running workflows. What the app answers comes through server.wf_….
const KEPT = "stepglass-workflow";
const AGAIN = 1000, MOST_AGAIN = 15000;  // milliseconds until a server that starts is asked again
const GROWING = 1200;      // milliseconds after a press in which the live panel is scrolled to
const SETTLE = 350;        // milliseconds after the last key before the form is checked
let number = 0;            // newest value of the component that was drawn
let asked = 0;             // newest check that was asked for
let timer = 0;
let checking = false, due = false;
let running = false;

const draft = () => ({ bench: view.bench, edits, modes, many });

function remember() {
  try { sessionStorage.setItem(KEPT, JSON.stringify(view ? draft() : {})); } catch { /* private window */ }
}

function remembered() {
  try { return JSON.parse(sessionStorage.getItem(KEPT)) || {}; } catch { return {}; }
}

function changed() {
  remember();
  clearTimeout(timer);
  timer = setTimeout(check, SETTLE);
}

// One at a time: of two under way, the older might arrive last.
async function check() {
  due = true;
  if (checking) return;
  checking = true;
  try {
    while (due && view) {
      due = false;
      const mine = (asked += 1), bench = view.bench, answer = await ask(() => server.wf_change(draft()));
      if (mine === asked && view && view.bench === bench && !answer.error) checked(answer);
    }
  } finally {
    checking = false;
  }
}

// Another option brings other fields along: the form is drawn anew around what is typed.
async function chosen(key) {
  remember();
  clearTimeout(timer);
  const mine = (asked += 1), bench = view.bench;
  const answer = await ask(() => server.wf_choose(draft()));
  if (mine !== asked || !view || view.bench !== bench) return;
  if (answer.error) return complain(answer.error);
  const open = new Set([...$.groups.querySelectorAll(".wf-group[open]")].map((e) => e.dataset.node)), rest = $.rest.open;
  view = { ...view, fields: answer.fields, lists: answer.lists, problems: answer.problems, without: answer.without };
  drawForm();
  drawMany();
  $.rest.open = rest || $.rest.open;
  [...$.groups.children].forEach((box) => { if (open.has(box.dataset.node)) box.fill(); });
  checked(answer);
  if (widgets.has(key)) widgets.get(key).focus();
  $.say.textContent = `${view.fields.length} settings now.`;
}

function checked(answer) {
  if (!answer.problems) return;
  view.problems = answer.problems;
  view.without = answer.without || [];
  drawProblems();
  drawPlan(answer);
}

// Opening

function draw(answer) {
  view = answer;
  arranging = false;
  edits = { ...answer.edits };
  modes = { ...answer.modes };
  many = { ...answer.many };
  $.name.textContent = view.name;
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
  show($.sheet, view.grid);
  remember();
}

function begin() {
  show($.start, true);
  show($.work, false);
  shelf();
  forms();
}

async function opened(call) {
  show($.openError, false);
  $.drop.dataset.busy = "true";
  const answer = await ask(call);
  delete $.drop.dataset.busy;
  if (answer.settings) return trigger("settings", { number: answer.settings });
  if (answer.error) {
    begin();
    $.openError.textContent = answer.error;
    return show($.openError, true);
  }
  draw(answer);
  $.say.textContent = `Opened ${view.name}: ${view.fields.length} settings.`;
  $.name.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
}

const choose = (kind, name) => opened(() => server.wf_preset({ kind, name }));
const openFile = (blob) => opened(async () => {
  const { path } = await upload(blob);
  return server.wf_open({ path, name: words(blob.name).slice(0, 300) });
});

function asPicture(blob) {
  const f = view && !$.work.hidden && view.fields.find((one) => one.kind === "image" && one.first);
  return f && blob.type.startsWith("image/") ? f : null;
}

function wire() {
  $.file.onchange = () => { if ($.file.files[0]) openFile($.file.files[0]); $.file.value = ""; };
  $.drop.tabIndex = 0;
  $.file.tabIndex = -1;
  $.drop.onkeydown = (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); $.file.click(); } };
  for (const name of ["dragenter", "dragover"]) element.addEventListener(name, (e) => { e.preventDefault(); element.dataset.over = "true"; });
  for (const name of ["dragleave", "drop"]) element.addEventListener(name, () => { delete element.dataset.over; });
  element.addEventListener("drop", (e) => {
    e.preventDefault();
    const blob = e.dataTransfer.files[0], box = e.target.closest(".wf-field");
    const w = box && widgets.get(box.dataset.key);
    if (!blob) return;
    if (w && ["image", "video", "audio"].includes(w.field.kind)) send(w.field, blob);
    else openFile(blob);
  });
  document.addEventListener("paste", (e) => {
    if (element.offsetParent === null || document.querySelector("dialog[open]")) return;
    const blob = pasted(e), typed = e.target.closest && e.target.closest("input:not([type=file]), textarea");
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
  $.arrange.onclick = () => (arranging ? arranged() : arrange());
  $.save.onclick = () => { $.presetName.value = view.preset || view.name; show($.saving, true); $.presetName.focus(); $.presetName.select(); };
  $.keepNot.onclick = () => { show($.saving, false); $.save.focus(); };
  $.keep.onclick = save;
  $.presetName.onkeydown = (e) => { if (e.key === "Enter") save(); if (e.key === "Escape") $.keepNot.onclick(); };
  $.share.onclick = share;
  window.stepglassInputs = () => (view ? view.fields.filter((f) => f.kind === "image").length : 0);
  window.addEventListener("stepglass:reuse", (e) => reuse(e.detail));
  window.addEventListener("stepglass:over", () => { if (view && !running) changed(); });
  $.sheet.onclick = sheet;
  $.programs.ontoggle = programs;
  $.run.onclick = () => run();
  $.stop.onclick = () => trigger("stop", {});
}

// Keeping

async function save() {
  if (arranging && !(await arranged())) return;
  const answer = await ask(() => server.wf_save({ ...draft(), name: $.presetName.value }));
  if (answer.error) return complain(answer.error);
  show($.saving, false);
  complain("");
  view.preset = answer.name;
  view.name = answer.name;
  $.name.textContent = answer.name;
  drawShelf(answer);
  window.stepglassToast(`Saved as “${answer.name}”.`);
}

async function share() {
  if (arranging && !(await arranged())) return;
  const answer = await ask(() => server.wf_share(draft()));
  if (answer.error) return complain(answer.error);
  const link = h("a", { href: URL.createObjectURL(new Blob([answer.text], { type: "application/json" })), download: answer.filename });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function complain(sentence) {
  $.alert.textContent = words(sentence);
  show($.alert, Boolean(sentence));
}

// A picture that was made becomes an input: of the field used last, else the first.
async function reuse({ id, n }) {
  const fields = view ? view.fields.filter((f) => f.kind === "image") : [];
  const f = fields.find((one) => one.key === lastFile) || fields[0];
  if (!f) return window.stepglassToast("This workflow has no image input.");
  const answer = await ask(() => server.wf_reuse({ ...draft(), key: f.key, id, n }));
  if (answer.error) return complain(answer.error);
  reveal(f.key);
  keptFile(answer);
  window.stepglassToast(`Set as “${f.label}”.`);
}

// Running

async function run(partial) {
  if (running || !view || (arranging && !(await arranged()))) return;
  running = true;
  clearTimeout(timer);
  $.run.setAttribute("aria-busy", "true");
  const bench = view.bench, answer = await ask(() => server.wf_run({ ...draft(), partial: partial === true }));
  running = false;
  $.run.removeAttribute("aria-busy");
  if (!view || view.bench !== bench) return;
  complain(answer.error);
  if (answer.problems) checked(answer);
  if (answer.error) {
    if ((answer.without || []).length) $.alert.append(" ", h("button", { type: "button", class: "wf-nearest", onclick: () => run(true) }, `Generate without “${answer.without.join("”, “")}”`));
    const wrong = view.fields.find((f) => (answer.problems || []).some((p) => p.key === f.key));
    if (wrong) reveal(wrong.key);
    return;
  }
  Object.entries(answer.seeds).forEach(([key, value]) => { edits[key] = value; const w = widgets.get(key); if (w) w.set(value); });
  remember();
  show($.sheet, answer.grid);
  trigger("follow", { job: answer.job });
  if (innerWidth < 860) showLive();
}

// Beneath the form on a phone: shown, and shown again as it grows to what it has to say.
function showLive() {
  const live = document.getElementById("workflow-live");
  const growing = new ResizeObserver(() => live.scrollIntoView({ block: "start", behavior: "smooth" }));
  growing.observe(live);
  setTimeout(() => growing.disconnect(), GROWING);
}

async function start(wait = AGAIN) {
  const mine = remembered(), answer = await ask(() => server.wf_start({ bench: words(mine.bench) }));
  if (view) return;  // something was opened meanwhile
  if (answer.waiting) {
    if ($.start.hidden) begin();
    $.say.textContent = $.openNote.textContent = "Waiting for the server to say which nodes it has…";
    show($.openNote, true);
    setTimeout(start, wait, Math.min(MOST_AGAIN, wait * 1.5));
    return;
  }
  show($.openNote, false);
  if (answer.error || !answer.bench) { begin(); if (answer.error) { $.openError.textContent = answer.error; show($.openError, true); } return; }
  draw(answer);
  if (mine.bench === answer.bench) {
    edits = mine.edits || edits;
    modes = mine.modes || modes;
    many = mine.many || many;
    drawForm();
    drawMany();
    drawProblems();
    changed();
  }
  if (answer.job) trigger("follow", { job: answer.job });
}

function value() {
  const v = props.value || {};
  if (!v.number || v.number <= number) return;
  number = v.number;
  if (v.file) keptFile(v.file);
  else if (v.error) complain(v.error);
  else if (v.bench) draw(v);
}

wire();
start().then(() => { watch("value", value); value(); });
