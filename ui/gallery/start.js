// Everything is put together here: what the page and the full view say, and the beginning.
function marked({ id, ...fields }) {
  const chosen = new Set([id]);
  tilesOf(chosen).forEach((t) => Object.assign(t, fields));
  redraw(chosen);
}

function wire() {
  wireFinding();
  wireLoading();
  wirePicking();
  wireImport();
  document.addEventListener("keydown", keyed);
  $.grid.addEventListener("focusin", (e) => { const box = e.target.closest(".gal-cell"); if (box) cursor = tiles.indexOf(box.tile); });
  window.addEventListener("stepglass:removed", (e) => drop(new Set(e.detail.ids)));
  window.addEventListener("stepglass:restored", (e) => { if (visible()) cameBack(e.detail.ids); else stale = true; });
  window.addEventListener("stepglass:marked", (e) => marked(e.detail));
  window.addEventListener("stepglass:near", (e) => { if (e.detail.list === tiles) more(); });
  // The full view leaves the focus on the picture that was looked at last.
  window.addEventListener("stepglass:left", (e) => { const at = tiles.indexOf(e.detail.tile); if (visible() && at >= 0) focusTile(at); });
  window.addEventListener("hashchange", () => {
    if (!location.hash.startsWith(HASH) || written() === location.hash.slice(HASH.length + 1)) return;
    search = readFrom(location.hash.slice(HASH.length + 1));
    drawHead();
    begin();
  });
}

show($.toImport, false);   // until it is known that something may be imported
search = remembered();
wire();
drawHead();
begin();
