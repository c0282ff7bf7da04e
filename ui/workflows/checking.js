// Checking what is typed: the app is asked once the keys rest, and what is open survives a reload.

import { ask } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { drawForm, drawProblems } from "./form.js";
import { drawMany, drawPlan } from "./many.js";
import { complain } from "./open.js";
import { t } from "../words/words.js";

const KEPT = "stepglass-workflow";
const SETTLE = 350;        // milliseconds after the last key before the form is checked
let asked = 0;             // newest check that was asked for
let timer = 0;
let checking = false, due = false;

export const draft = () => ({ bench: now.view.bench, edits: now.edits, modes: now.modes, many: now.many });

export function remember() {
  try { sessionStorage.setItem(KEPT, JSON.stringify(now.view ? draft() : {})); } catch { /* private window */ }
}

export function remembered() {
  try { return JSON.parse(sessionStorage.getItem(KEPT)) || {}; } catch { return {}; }
}

export function changed() {
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
    while (due && now.view) {
      due = false;
      const mine = (asked += 1), bench = now.view.bench, answer = await ask(() => host.server.wf_change(draft()));
      if (mine === asked && now.view && now.view.bench === bench && !answer.error) checked(answer);
    }
  } finally {
    checking = false;
  }
}

// Another option brings other fields along: the form is drawn anew around what is typed.
export async function chosen(key) {
  remember();
  clearTimeout(timer);
  const mine = (asked += 1), bench = now.view.bench;
  const answer = await ask(() => host.server.wf_choose(draft()));
  if (mine !== asked || !now.view || now.view.bench !== bench) return;
  if (answer.error) return complain(answer.error);
  const open = new Set([...$.groups.querySelectorAll(".wf-group[open]")].map((e) => e.dataset.node)),
    rest = $.rest.open;
  now.view = {
    ...now.view,
    fields: answer.fields,
    lists: answer.lists,
    problems: answer.problems,
    without: answer.without,
  };
  drawForm();
  drawMany();
  $.rest.open = rest || $.rest.open;
  [...$.groups.children].forEach((box) => { if (open.has(box.dataset.node)) box.fill(); });
  checked(answer);
  if (now.widgets.has(key)) now.widgets.get(key).focus();
  $.say.textContent = t("{count} settings now.", { count: now.view.fields.length });
}

export function checked(answer) {
  if (!answer.problems) return;
  now.view.problems = answer.problems;
  now.view.wanted = answer.wanted;
  now.view.without = answer.without || [];
  drawProblems();
  drawPlan(answer);
}

/** Let no check follow: what comes next checks all itself. */
export const settled = () => clearTimeout(timer);
