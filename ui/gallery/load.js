// Loading: the first tiles of a search, what follows as one scrolls, and what is new on top.
const FIRST = 100, STEP = 100, MOST = 500, FRESH = 24, FRESH_EVERY = 5000, AMONG = 1000;
let place = 0;               // where the page was scrolled to when the tab was left
let waited = 0;
let stale = false;           // something came back or changed while the tab was not looked at

async function begin() {
  const mine = (turn += 1);
  tiles = [];
  last = "";
  total = null;
  cursor = 0;
  picked.clear();
  drawBar();
  $.grid.dataset.old = "true";
  await load(mine, "", FIRST);
  count(mine);
}

async function load(mine, after, limit) {
  loading = true;
  clearTimeout(waited);
  waited = setTimeout(() => show($.loading, loading), 400);
  const answer = await ask(() => server.gal_page({ search, after, limit }));
  if (mine !== turn) return;
  loading = false;
  show($.loading, false);
  show($.trouble, Boolean(answer.error));
  if (answer.error) { $.troubleText.textContent = answer.error; return; }
  const fresh = after ? unknown(answer.tiles, tiles.slice(-AMONG)) : answer.tiles;
  for (const tile of fresh) tiles.push(tile);
  last = answer.last;
  $.grid.dataset.more = String(Boolean(last));
  delete $.grid.dataset.old;
  if (!after && $.grid.getBoundingClientRect().top < 0) toTop();
  arrange(!after);
  drawWords();
  window.dispatchEvent(new CustomEvent("stepglass:found", { detail: { list: tiles } }));
}

// Tiles that are not *among* those that are there.
function unknown(found, among) {
  const known = new Set(among.map((t) => `${t.id}/${t.n}`));
  return found.filter((t) => !known.has(`${t.id}/${t.n}`));
}

const more = () => (last && !loading ? load(turn, last, Math.min(MOST, STEP + Math.floor(tiles.length / 4))) : Promise.resolve());

async function count(mine) {
  const answer = await ask(() => server.gal_count({ search }));
  if (mine !== turn || answer.error) return;
  total = answer;
  drawWords();
}

const toTop = () => scrollTo({ top: Math.max(0, scrollY + element.getBoundingClientRect().top - 12) });

// What was finished meanwhile comes on top, and what is looked at stays where it is.
async function freshen() {
  if (!visible() || document.hidden || inDialog() || loading || $.grid.dataset.old || (search.sort && search.sort !== "newest")) return;
  const mine = turn;
  const answer = await ask(() => server.gal_page({ search, after: "", limit: FRESH }));
  if (mine !== turn || answer.error || loading || inDialog()) return;
  const fresh = unknown(answer.tiles, tiles.slice(0, AMONG));
  if (!fresh.length) { if (!answer.tiles.length && tiles.length) begin(); return; }
  const joins = !tiles.length || answer.tiles.some((t) => t.id === tiles[0].id);
  if (!joins) { if ($.grid.getBoundingClientRect().top >= 0 && !picked.size) begin(); return; }
  const top = $.grid.getBoundingClientRect().top, seen = top < 0 ? rows[rowAt(-top)] : null;
  const anchor = seen ? tiles[seen.from] : null, off = seen ? seen.top + top : 0;
  const focused = element.contains(document.activeElement) && document.activeElement.classList.contains("gallery-tile") ? tiles[cursor] : null;
  tiles.unshift(...fresh);
  cursor += fresh.length;
  arrange(true);
  if (anchor) scrollBy(0, rows[rowOf(tiles.indexOf(anchor))].top + $.grid.getBoundingClientRect().top - off);
  if (focused) focusTile(tiles.indexOf(focused));
  drawWords();
  count(turn);
}

function shown() {
  document.body.dataset.endless = "true";
  remember();
  arrange(false);
  scrollTo(0, place);
  paint();
  if (stale) { stale = false; if (place < innerHeight) begin(); }
  freshen();
}

function hidden() {
  delete document.body.dataset.endless;
  if (location.hash.startsWith(HASH)) addressed("");
}

function wireLoading() {
  let was = false, waiting = false;
  new ResizeObserver(() => {
    const now = visible();
    if (now && !was) shown();
    if (!now && was) hidden();
    if (now && was && $.grid.clientWidth !== laidFor) keepPlace();
    was = now;
  }).observe(element);
  addEventListener("scroll", () => {
    // A hidden tab makes the page shorter; what that scrolls may be told once it is shown again.
    if (!was || !visible()) return;
    // On a phone the head makes room as one scrolls down, and is back as one scrolls up.
    if (Math.abs(scrollY - place) > 6) document.body.dataset.down = String(scrollY > place && scrollY > 200);
    place = scrollY;
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; paint(); });
  }, { passive: true });
  setInterval(freshen, FRESH_EVERY);
  document.addEventListener("visibilitychange", freshen);
  $.retry.onclick = () => (tiles.length ? more() : begin());
}

// Another width lays other rows: the picture that was on top stays there.
function keepPlace() {
  const top = -$.grid.getBoundingClientRect().top, seen = rows.length && top > 0 ? rows[rowAt(top)].from : null;
  arrange(true);
  if (seen !== null) scrollBy(0, rows[rowOf(seen)].top - top);
}
