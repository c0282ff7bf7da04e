// The search box, the filters' sheet, and the active filters as chips that can be taken away.

import { toast } from "../shell/toast.js";
import { grouped } from "../shell/count.js";
import { ask, h, icon, show, stars } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { active } from "./active.js";
import { counted, isFiltered } from "./filters.js";
import { openDisk } from "./disk.js";
import { focusTile } from "./grid.js";
import { canImport, openImport } from "./import.js";
import { openKeys } from "./labels.js";
import { begin } from "./load.js";
import { emptyBin } from "./pick.js";
import { ENDS } from "./ends.js";
import { remember, seek } from "./state.js";

const SETTLE = 250;          // milliseconds after the last key before it is looked for
let typing = 0;

export function drawHead() {
  const found = active(now.search);
  if (document.activeElement !== $.query) $.query.value = now.search.words || "";
  $.sort.value = now.search.sort || "newest";
  $.hearts.setAttribute("aria-pressed", String(Boolean(now.search.favourite)));
  const inSheet = found.filter(({ change }) => !("words" in change) && !("favourite" in change)).length;
  $.filterCount.textContent = inSheet || "";
  show($.filterCount, inSheet);
  show($.chips, found.length);
  $.chips.replaceChildren(
    ...found.map(({ text, change }) =>
      h(
        "button",
        {
          type: "button",
          class: "gal-chip",
          "aria-label": `Remove the filter ${text}`,
          onclick: () => seek(change),
        },
        h("span", {}, text),
        icon("close"),
      ),
    ),
    ...(found.length > 1
      ? [h("button", { type: "button", class: "gal-clear", onclick: clear }, "Clear all")]
      : []),
  );
  $.toBin.textContent = now.search.binned ? "Back to the gallery" : "The bin";
  show($.binActs, now.search.binned);
}

function clear() {
  now.search = now.search.sort ? { sort: now.search.sort } : {};
  $.query.value = "";
  remember();
  drawHead();
  begin();
}

export function drawWords() {
  const some = now.tiles.length > 0;
  $.count.textContent = now.total === null ? "" : counted(now.total, now.search);
  show($.emptyBin, some);
  show($.empty, !some && !now.loading && $.trouble.hidden);
  if (!some) drawEmpty();
}

function drawEmpty() {
  const bin = now.search.binned && Object.keys(now.search).length === 1;
  $.emptyTitle.textContent = bin ? "The bin is empty" : isFiltered(now.search) ? "Nothing found" : "Nothing here yet";
  $.emptyHint.textContent = bin
    ? "What you delete lies here for 30 days, and can be taken out again."
    : isFiltered(now.search)
      ? "No image of yours matches all of this: take a filter away."
      : "What you generate is kept here, with everything needed to make it again.";
  $.emptyAct.textContent = bin
    ? "Back to the gallery"
    : isFiltered(now.search)
      ? "Clear all filters"
      : "Import a ComfyUI output folder";
  $.emptyAct.onclick = isFiltered(now.search) ? clear : openImport;
  show($.emptyAct, isFiltered(now.search) || canImport());
}

// The sheet

async function openSheet() {
  drawSheet();
  $.sheet.showModal();
  const answer = await ask(() => host.server.gal_facets({}));
  if (answer.error) return toast(answer.error);
  now.facets = answer;
  if ($.sheet.open) drawSheet();
}

function choice(label, name, options, value, change) {
  const listed = options.map(([text, chosen, number]) =>
    h(
      "option",
      { value: text, selected: chosen === value },
      number === undefined ? text : `${text} (${grouped(number)})`,
    ),
  );
  const select = h(
    "select",
    {
      class: "gal-select",
      "data-filter": name,
      onchange: () => change(options[select.selectedIndex - 1] ? options[select.selectedIndex - 1][1] : null),
    },
    h("option", { value: "" }, "Any"),
    ...listed,
  );
  if (value && !options.some(([, one]) => one === value))
    select.append(h("option", { selected: true }, String(value)));
  return h("label", { class: "gal-field" }, h("span", {}, label), select);
}

function facet(label, name) {
  const offered = now.facets ? now.facets[name].filter(([value]) => value) : [];
  if (now.facets && offered.length < 2 && !now.search[name]) return null;
  return choice(
    label,
    name,
    offered.map(([value, n]) => [value, value, n]),
    now.search[name],
    (value) => refine({ [name]: value || "" }),
  );
}

function sizes() {
  const offered = (now.facets ? now.facets.size : [])
    .filter(([[w]]) => w)
    .map(([[w, high], n]) => [`${w} × ${high}`, `${w}x${high}`, n]);
  const value = now.search.width ? `${now.search.width}x${now.search.height}` : "";
  return choice("Size", "size", offered, value, (chosen) => {
    const [width, height] = (chosen || "0x0").split("x").map(Number);
    refine({ width, height });
  });
}

function dated(label, name, shift) {
  const stamp = now.search[name] ? new Date((now.search[name] - shift) * 1000) : null;
  const value = stamp
    ? [
        stamp.getFullYear(),
        String(stamp.getMonth() + 1).padStart(2, "0"),
        String(stamp.getDate()).padStart(2, "0"),
      ].join("-")
    : "";
  return h(
    "label",
    { class: "gal-field" },
    h("span", {}, label),
    h("input", {
      type: "date",
      class: "gal-select",
      "data-filter": name,
      value,
      onchange: (e) => {
        const [year, month, date] = e.target.value.split("-").map(Number);
        if (!year) return refine({ [name]: 0 });
        return refine({ [name]: new Date(year, month - 1, date + (shift ? 1 : 0)).getTime() / 1000 });
      },
    }),
  );
}

function labels() {
  const offered = now.facets ? now.facets.tag : [], on = now.search.tags || [];
  if (!offered.length && !on.length) return null;
  const names = [...new Set([...on, ...offered.map(([name]) => name)])];
  return h(
    "fieldset",
    { class: "gal-field gal-wide" },
    h("legend", {}, "Tags: all of"),
    h(
      "div",
      { class: "gal-picks" },
      ...names.map((name) =>
        h(
          "button",
          {
            type: "button",
            class: "gal-pick",
            "aria-pressed": String(on.includes(name)),
            onclick: () => refine({ tags: on.includes(name) ? on.filter((t) => t !== name) : [...on, name] }),
          },
          name,
        ),
      ),
    ),
  );
}

function drawSheet() {
  const rating = stars("Rated at least", (n) => refine({ rating: n }));
  rating.show(now.search.rating);
  const statuses = ["failed", "cancelled", "lost"].map((s) => [ENDS[s], s]);
  const tick = (label, name) =>
    h(
      "label",
      { class: "gal-tick" },
      h("input", {
        type: "checkbox",
        checked: Boolean(now.search[name]),
        onchange: (e) => refine({ [name]: e.target.checked }),
      }),
      label,
    );
  const status = choice(
    "How it ended",
    "status",
    [...statuses, ["Whatever became of it", "all"]],
    now.search.statuses ? (now.search.statuses.length > 1 ? "all" : now.search.statuses[0]) : "",
    (s) => refine({ statuses: s === "all" ? Object.keys(ENDS) : s ? [s] : [] }),
  );
  status.querySelector("option").textContent = "Finished";
  const at = $.sheet.querySelector(".gal-sheet-body") ? $.sheet.querySelector(".gal-sheet-body").scrollTop : 0;
  $.sheet.replaceChildren(
    h(
      "header",
      {},
      h("h2", {}, "Filters"),
      h(
        "button",
        { type: "button", class: "full-close", "aria-label": "Close", onclick: () => $.sheet.close() },
        "×",
      ),
    ),
    h(
      "div",
      { class: "gal-sheet-body" },
      dated("From", "since", 0),
      dated("Until", "until", 1),
      h("div", { class: "gal-field" }, h("span", {}, "Rated at least"), rating),
      h(
        "div",
        { class: "gal-field" },
        h("span", {}, "Only"),
        tick("Favourites", "favourite"),
        tick("In the bin", "binned"),
      ),
      facet("Checkpoint", "checkpoint"),
      facet("LoRA", "lora"),
      sizes(),
      facet("Sampler", "sampler"),
      facet("Workflow", "workflow"),
      facet("Server", "server"),
      status,
      facet("Collection", "collection"),
      now.facets && now.facets.owner.length ? facet("Owner", "owner") : null,
      labels(),
    ),
    h(
      "footer",
      {},
      h(
        "button",
        {
          type: "button",
          class: "sg-button",
          onclick: () => {
            clear();
            drawSheet();
          },
        },
        "Clear all",
      ),
      h(
        "button",
        { type: "button", class: "sg-button sg-primary", onclick: () => $.sheet.close() },
        "Show images",
      ),
    ),
  );
  $.sheet.querySelector(".gal-sheet-body").scrollTop = at;
}

function refine(change) {
  const focused = /** @type {HTMLElement} */ (document.activeElement)?.dataset.filter;
  seek(change);
  drawSheet();
  if (focused) $.sheet.querySelector(`[data-filter="${focused}"]`)?.focus();
}

export function wireFinding() {
  const seekWords = () => { clearTimeout(typing); seek({ words: $.query.value.trim() }); };
  $.query.oninput = () => { clearTimeout(typing); typing = setTimeout(seekWords, SETTLE); };
  $.query.onsearch = seekWords;
  $.query.addEventListener("keydown", (e) => {
    if (e.key === "Enter") seekWords();
    if (e.key === "ArrowDown" && now.tiles.length) { e.preventDefault(); focusTile(0); }
    if (e.key === "Escape" && $.query.value) { e.stopPropagation(); $.query.value = ""; seekWords(); }
  });
  $.filter.onclick = openSheet;
  $.hearts.onclick = () => seek({ favourite: !now.search.favourite });
  $.sort.onchange = () => seek({ sort: $.sort.value === "newest" ? "" : $.sort.value });
  $.sheet.addEventListener("click", (e) => { if (e.target === $.sheet) $.sheet.close(); });
  $.toBin.onclick = () => { closeMenu(); now.search.binned ? clear() : seek({ binned: true }); };
  $.toImport.onclick = () => { closeMenu(); openImport(); };
  $.toDisk.onclick = () => { closeMenu(); openDisk(); };
  $.toKeys.onclick = () => { closeMenu(); openKeys(); };
  $.emptyBin.onclick = emptyBin;
  document.addEventListener("click", (e) => { if ($.menu.open && !$.menu.contains(e.target)) closeMenu(); });
}

export const closeMenu = () => { $.menu.open = false; };
