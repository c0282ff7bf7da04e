// The import of a ComfyUI output folder: what the app says of it, while it runs and after.

import { toast } from "../shell/toast.js";
import { grouped, plural } from "../shell/count.js";
import { ask, closesBeside, h, show } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { drawWords } from "./find.js";
import { openDialog } from "./labels.js";
import { begin } from "./load.js";
import { busy } from "./pick.js";
import { visible } from "./state.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

const ASK_EVERY = 700;
let importing = null;        // how far it is, as ui/library/disk_actions.py says it
let asking = 0;

export const canImport = () => Boolean(importing && (importing.allowed.length || importing.typed));

async function lookImport() {
  clearTimeout(asking);
  const answer = await ask(() => host.server.gal_import_state({}));
  if (!answer.error) {
    const ran = importing && importing.running;
    importing = answer;
    show($.toImport, canImport());
    if (!now.tiles.length) drawWords();
    drawImportState();
    if ($.dialog.open && $.dialog.dataset.what === "import") drawImport();
    if (ran && !importing.running && visible()) begin();
  }
  if (answer.error ? importing && importing.running : importing.running) asking = setTimeout(lookImport, ASK_EVERY);
}

function drawImportState() {
  const runs = importing && importing.running;
  show($.importState, runs);
  if (runs) $.importState.textContent = t("Importing: {n} of {count}", { n: grouped(importing.done), count: grouped(importing.found) });
}

export function openImport() {
  openDialog(t("Import a folder"));
  $.dialog.dataset.what = "import";
  drawImport();
  lookImport();
}

function drawImport() {
  const body = $.dialog.querySelector(".gal-dialog-body"), state = importing;
  if (!state)
    return body.replaceChildren(
      h("p", { class: "gal-loading" }, h("i", { "aria-hidden": "true" }), h("span", {}, t("Loading…"))),
    );
  if (state.running) return drawRunning(body, state);
  if (body.querySelector("form.gal-import")) return undefined;  // what is typed there stays
  return body.replaceChildren(
    ...[state.finished_at || state.ended ? summary(state) : null, importForm(), watchedList()].filter(Boolean),
  );
}

function drawRunning(body, state) {
  if (!body.querySelector(".gal-progress")) {
    body.replaceChildren(
      h("p", { class: "gal-path" }),
      h(
        "div",
        {
          class: "live-bar gal-progress",
          role: "progressbar",
          "aria-label": t("Import"),
          "aria-valuemin": 0,
          "aria-valuemax": 100,
        },
        h("i", {}),
      ),
      h("p", { class: "gal-of", role: "status" }),
      counts(state),
      failures(state),
      skips(state),
      h(
        "footer",
        {},
        h("span", { class: "sg-note" }, t("The import continues if you close this page.")),
        h("button", { type: "button", class: "sg-button sg-danger", onclick: cancelImport }, t("Cancel")),
      ),
    );
  }
  const part = state.found ? state.done / state.found : 0, bar = body.querySelector(".gal-progress");
  body.querySelector(".gal-path").textContent = state.folder;
  bar.setAttribute("aria-valuenow", String(Math.floor(part * 100)));
  bar.firstChild.style.transform = `scaleX(${part})`;
  body.querySelector(".gal-of").textContent = state.found
    ? t("{done} of {files} checked", { done: grouped(state.done), files: plural(state.found, "file") })
    : t("Looking for files…");
  body.querySelector(".gal-counts").replaceWith(counts(state));
  body.querySelector(".gal-fails").replaceWith(failures(state));
  body.querySelector(".gal-skips").replaceWith(skips(state));
  return undefined;
}

const counts = (state) =>
  h(
    "dl",
    { class: "gal-counts" },
    ...[
      [t("Found"), state.found],
      [t("Added"), state.added],
      [t("Already there"), state.known],
      [t("Skipped"), state.skipped],
      [t("Failed"), state.failed],
    ].map(([name, n]) => h("div", {}, h("dt", {}, name), h("dd", {}, grouped(n)))),
  );

const failures = (state) =>
  h(
    "details",
    { class: "gal-fails", hidden: !state.failures.length },
    h("summary", {}, t("What failed ({count})", { count: grouped(state.failed) })),
    h("ul", {}, ...state.failures.map((one) => h("li", {}, said(one)))),
  );

const skips = (state) =>
  h(
    "details",
    { class: "gal-fails gal-skips", hidden: !state.skipped },
    h("summary", {}, t("What was skipped ({count})", { count: grouped(state.skipped) })),
    h("ul", {}, ...state.reasons.map(([why, n]) => h("li", {}, `${grouped(n)} × ${said(why)}`))),
    h("ul", {}, ...state.skips.map((one) => h("li", {}, one))),
  );

const summary = (state) =>
  h(
    "div",
    { class: "gal-summary" },
    state.ended ? h("p", { class: "wf-alert" }, said(state.ended)) : null,
    h(
      "p",
      {},
      `${[
        t("{files} added from {folder}", { files: plural(state.added, "file"), folder: state.folder }),
        t("{count} already there", { count: grouped(state.known) }),
        state.skipped && t("{count} skipped", { count: grouped(state.skipped) }),
        state.failed && t("{count} failed", { count: grouped(state.failed) }),
      ].filter(Boolean).join("; ")}.`,
    ),
    failures(state),
    state.skipped ? skips(state) : null,
  );

function importForm() {
  const { allowed, typed } = importing;
  const path = h("input", {
    type: "text",
    class: "gal-select",
    "aria-label": t("Path of the folder"),
    placeholder: "/home/me/ComfyUI/output",
    autocomplete: "off",
    spellcheck: "false",
  });
  const select = h(
    "select",
    { class: "gal-select", "aria-label": t("Folder") },
    ...allowed.map((one) => h("option", {}, one)),
    typed && allowed.length ? h("option", { value: "" }, t("Another folder…")) : null,
  );
  const watch = h("input", { type: "checkbox" });
  const wrong = h("p", { class: "wf-alert", role: "alert", hidden: true });
  const chosen = () => (allowed.length && select.value ? select.value : path.value.trim());
  const turn = () => show(path, !allowed.length || (typed && !select.value));
  select.onchange = turn;
  turn();
  if (!canImport())
    return h(
      "p",
      { class: "sg-note" },
      t("No folder may be imported here. Whoever runs Stepglass can name some in its settings."),
    );
  return h(
    "form",
    {
      class: "gal-import",
      onsubmit: async (e) => {
        e.preventDefault();
        show(wrong, false);
        const answer = await busy(t("Opening the folder…"), () => 
          host.server.gal_import({ folder: chosen(), watch: watch.checked }));
        if (answer.error) {
          wrong.textContent = answer.error;
          show(wrong, true);
          return;
        }
        importing = answer;
        e.target.remove();
        drawImport();
        lookImport();
      },
    },
    h(
      "p",
      { class: "sg-note" },
      t("A folder on the machine that runs Stepglass. Images, videos and sounds are copied with the settings they carry, whichever program made them; already imported files are skipped, so it is safe to repeat."),
    ),
    h(
      "div",
      { class: "gal-inline" },
      allowed.length ? select : null,
      path,
      h("button", { type: "submit", class: "sg-button sg-primary" }, t("Import")),
    ),
    h("label", { class: "gal-watch" }, watch, " ", t("Keep watching: import what is added to it later")),
    wrong,
  );
}

function watchedList() {
  if (!importing.watched.length) return null;
  return h(
    "section",
    { class: "gal-watched" },
    h("h3", {}, t("Watched folders")),
    h(
      "ul",
      {},
      ...importing.watched.map((folder) =>
        h(
          "li",
          {},
          h("span", { class: "gal-path" }, folder),
          h("button", { type: "button", class: "sg-button wf-small", onclick: () => unwatch(folder) }, t("Stop watching")),
        ),
      ),
    ),
  );
}

async function unwatch(folder) {
  const answer = await ask(() => host.server.gal_unwatch({ folder }));
  if (answer.error) toast(answer.error);
  else importing = answer;
  const list = $.dialog.querySelector(".gal-watched");
  if (list) list.replaceWith(...[watchedList()].filter(Boolean));
}

async function cancelImport() {
  const answer = await ask(() => host.server.gal_import_cancel({}));
  if (answer.error) toast(answer.error);
  lookImport();
}

export function wireImport() {
  $.importState.onclick = openImport;
  $.dialog.addEventListener("close", () => { delete $.dialog.dataset.what; });
  closesBeside($.dialog);
  lookImport();
}
