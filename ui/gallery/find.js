// The search box, and the active filters as chips that can be taken away.

import { closesBeside, h, icon, show } from "../shell/dom.js";
import { $, now } from "./host.js";
import { active, lastDays, narrower } from "./active.js";
import { MOST_PACKED, download, tableOfFound } from "./export.js";
import { counted, groupedBy, isFiltered, orderOf, sortedBy } from "./filters.js";
import { openDisk } from "./disk.js";
import { setFolding } from "./fold.js";
import { focusTile, relay } from "./grid.js";
import { canImport, openImport } from "./import.js";
import { openKeys } from "./keys.js";
import { begin, keepPlace } from "./load.js";
import { chooseAll, emptyBin } from "./pick.js";
import { openSheet } from "./sheet.js";
import { announce, remember, seek } from "./state.js";
import { LARGEST, remember as keepSize, within } from "./tile_size.js";
import { t } from "../words/words.js";

const SETTLE = 250;          // milliseconds after the last key before it is looked for
let typing = 0;

export function drawHead() {
  const found = active(now.search);
  if (document.activeElement !== $.query) $.query.value = now.search.words || "";
  $.sort.value = now.search.sort || "newest";
  $.group.value = now.search.group || "";
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
          "aria-label": t("Remove the filter {text}", { text }),
          onclick: () => seek(change),
        },
        h("span", {}, text),
        icon("close"),
      ),
    ),
    ...narrower(now.search).map((days) =>
      h("button", { type: "button", class: "gal-narrower", onclick: () => seek({ days }) }, lastDays(days))),
    ...(found.length > 1
      ? [h("button", { type: "button", class: "gal-clear", onclick: clear }, t("Clear all"))]
      : []),
  );
  $.toBin.textContent = now.search.binned ? t("Back to the gallery") : t("Bin");
  show($.binActs, now.search.binned);
}

export function clear() {
  now.search = orderOf(now.search);
  $.query.value = "";
  remember();
  drawHead();
  begin();
}

const isPackable = (total) => total !== null && !total.more && total.images <= MOST_PACKED;

export function drawWords() {
  const some = now.tiles.length > 0;
  show($.fold, some);
  show($.sizing, some);
  show($.pack, some && isFiltered(now.search) && !now.search.binned && isPackable(now.total));
  show($.group, some || now.search.group);
  $.fold.setAttribute("aria-pressed", String(now.fold));
  $.count.textContent = now.total === null ? "" : counted(now.total, now.search);
  show($.emptyBin, some);
  show($.empty, !some && !now.loading && $.trouble.hidden);
  if (!some) drawEmpty();
}

function drawEmpty() {
  const bin = now.search.binned && Object.keys(now.search).length === 1;
  $.emptyTitle.textContent = bin ? t("The bin is empty") : isFiltered(now.search) ? t("Nothing found") : t("Nothing here yet");
  $.emptyHint.textContent = bin
    ? t("Deleted images stay here for 30 days. Until then you can restore them.")
    : isFiltered(now.search)
      ? t("No image matches all of these filters. Remove one.")
      : t("Everything you generate is saved here, with its settings.");
  $.emptyAct.textContent = bin
    ? t("Back to the gallery")
    : isFiltered(now.search)
      ? t("Clear all filters")
      : t("Import a folder");
  $.emptyAct.onclick = isFiltered(now.search) ? clear : openImport;
  show($.emptyAct, isFiltered(now.search) || canImport());
}

/** Show images at another size, one of tile_size.js; what is looked at stays in sight. @param {number} step */
export function resize(step) {
  const to = within(step);
  if (to === now.size) return;
  now.size = to;
  $.size.value = String(to);
  keepSize(to);
  keepPlace();
}

// Each batch as one tile, or all of its images.
export function foldBatches() {
  const at = now.tiles[now.cursor];
  setFolding(!now.fold);
  relay(at);
  drawWords();
  announce(now.fold ? t("Batches are folded.") : t("All images are shown."));
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
  $.pack.onclick = async () => { if (await chooseAll()) download(); };
  $.fold.onclick = () => foldBatches();
  $.hearts.onclick = () => seek({ favourite: !now.search.favourite });
  $.sort.onchange = () => seek(sortedBy(now.search, $.sort.value));
  $.group.onchange = () => seek(groupedBy(now.search, $.group.value));
  $.size.max = String(LARGEST);
  $.size.value = String(now.size);
  $.size.oninput = () => resize(Number($.size.value));
  $.toAll.onclick = () => { closeMenu(); chooseAll(); };
  closesBeside($.sheet);
  $.toBin.onclick = () => { closeMenu(); now.search.binned ? clear() : seek({ binned: true }); };
  $.toImport.onclick = () => { closeMenu(); openImport(); };
  $.toTable.onclick = () => { closeMenu(); tableOfFound(); };
  $.toDisk.onclick = () => { closeMenu(); openDisk(); };
  $.toKeys.onclick = () => { closeMenu(); openKeys(); };
  $.emptyBin.onclick = emptyBin;
  document.addEventListener("click", (e) => { if ($.menu.open && !$.menu.contains(e.target)) closeMenu(); });
}

export const closeMenu = () => { $.menu.open = false; };
