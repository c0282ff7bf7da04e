// Everything is put together here: what the page and the full view say, and the beginning.

import { on } from "../shell/events.js";
import { refs, show } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { drawHead, wireFinding } from "./find.js";
import { placeOf, rememberedFolding } from "./fold.js";
import { drop, focusTile, redraw } from "./grid.js";
import { wireImport } from "./import.js";
import { keyed } from "./keys.js";
import { begin, more, wireLoading } from "./load.js";
import { setUp as startMoving } from "./moving.js";
import { cameBack, tilesOf, wirePicking } from "./pick.js";
import { readFrom, written } from "./filters.js";
import { HASH, remembered, visible } from "./state.js";
import { remembered as rememberedSize } from "./tile_size.js";

function marked({ keys, fields }) {
  const chosen = new Set(keys);
  tilesOf(chosen).forEach((t) => Object.assign(t, fields));
  redraw(chosen);
}

function wire() {
  wireFinding();
  wireLoading();
  wirePicking();
  wireImport();
  startMoving();
  document.addEventListener("keydown", keyed);
  $.grid.addEventListener("focusin", (e) => {
    const box = e.target.closest(".gal-cell");
    if (box) now.cursor = now.tiles.indexOf(box.tile);
  });
  on("removed", (e) => drop(new Set(e.detail.keys)));
  on("restored", (e) => { if (visible()) cameBack(e.detail.keys); else now.stale = true; });
  on("marked", (e) => marked(e.detail));
  on("near", (e) => { if (e.detail.list === now.all) more(); });
  // The full view leaves the focus on the picture that was looked at last.
  on("left", (e) => { const at = placeOf(e.detail.tile); if (visible() && at >= 0) focusTile(at); });
  window.addEventListener("hashchange", () => {
    if (!location.hash.startsWith(HASH) || written(now.search) === location.hash.slice(HASH.length + 1)) return;
    now.search = readFrom(location.hash.slice(HASH.length + 1));
    drawHead();
    begin();
  });
}

function setUp() {
  show($.toImport, false);   // until it is known that something may be imported
  now.search = remembered();
  now.fold = rememberedFolding();
  now.size = rememberedSize();
  wire();
  drawHead();
  begin();
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} given */
export function mount(given) {
  Object.assign(host, given);
  refs($, host.element);
  setUp();
}
