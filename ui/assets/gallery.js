// The gallery's grid. `value` is a page of tiles (ui/gallery.py); text is only ever set as text.
const $ = {};
element.querySelectorAll("[data-ref]").forEach((e) => { $[e.dataset.ref] = e; });
let tiles = [];
let number = 0;
let last = "";
let query = "";
let total = null;

const media = window.stepglassMedia;
const typeFor = (tile) => (tile.n < 0 ? "text/plain" : tile.media);
const address = (t) => `api/images/${encodeURIComponent(t.id)}/${t.n}?thumbnail`;

function tileButton(tile) {
  const button = document.createElement("button");
  const picture = document.createElement("img");
  button.type = "button";
  button.className = "gallery-tile";
  button.dataset.id = tile.id;
  button.style.setProperty("--ratio", String(Math.min(2.4, Math.max(0.5, tile.width / tile.height || 1))));
  button.setAttribute("aria-label", `Open ${tile.thumb ? "" : `${media.words[media.kindOf(typeFor(tile))] || "file"} `}: ${tile.prompt || "no prompt"}`.replace(" :", ":"));
  picture.loading = "lazy";
  picture.decoding = "async";
  picture.alt = "";
  if (tile.thumb) picture.src = address(tile);
  button.append(tile.thumb ? picture : media.small({ media: typeFor(tile) }));
  if (!tile.thumb) {
    const line = document.createElement("span");
    line.className = "gallery-line";
    line.textContent = tile.text || tile.name || tile.prompt;
    button.append(line);
  }
  button.onclick = () => open(tile);
  return button;
}

function open(tile) {
  const detail = { list: tiles.map(({ id, n, media: type, thumb, name }) => ({ id, n, media: type, thumb, name })), at: tiles.indexOf(tile) };
  window.dispatchEvent(new CustomEvent("stepglass:open", { detail }));
}

function words() {
  $.count.textContent = total === null || !tiles.length ? ""
    : query ? `${total} ${total === 1 ? "generation matches" : "generations match"}`
    : `${total} ${total === 1 ? "generation" : "generations"}`;
  $.empty.hidden = tiles.length > 0;
  $.emptyTitle.textContent = query ? "Nothing found" : "Nothing here yet";
  $.emptyHint.textContent = query
    ? "No finished generation has all of these words in its prompt."
    : "What you generate is kept here, with everything needed to make it again.";
  $.more.hidden = !last;
}

function draw(v) {
  if (!v.number || v.number <= number) return;
  number = v.number;
  if (v.before === "") {
    query = v.query;
    total = v.total;
    const same = tiles.length >= v.tiles.length && v.tiles.every((t, n) => tiles[n].id === t.id && tiles[n].n === t.n) && v.tiles.length === tiles.length;
    if (!same) {
      tiles = v.tiles;
      $.grid.replaceChildren(...tiles.map(tileButton));
    }
  } else if (v.query === query) {
    const known = new Set(tiles.map((t) => `${t.id}/${t.n}`));
    const fresh = v.tiles.filter((t) => !known.has(`${t.id}/${t.n}`));
    const first = tiles.length;
    tiles = tiles.concat(fresh);
    $.grid.append(...fresh.map(tileButton));
    if (document.activeElement === $.more && $.grid.children[first]) $.grid.children[first].focus();
  }
  last = v.last;
  $.more.disabled = false;
  words();
}

// Arrow keys walk over the tiles, as they do in the full view.
$.grid.addEventListener("keydown", (e) => {
  const all = [...$.grid.children], at = all.indexOf(document.activeElement);
  if (at < 0) return;
  const here = all[at].getBoundingClientRect();
  const row = (down) => all.filter((t) => {
    const box = t.getBoundingClientRect();
    return down ? box.top >= here.bottom - 1 : box.bottom <= here.top + 1;
  }).sort((a, b) => distance(a, here) - distance(b, here))[0];
  const to = { ArrowRight: all[at + 1], ArrowLeft: all[at - 1], ArrowDown: row(true), ArrowUp: row(false) }[e.key];
  if (to) { e.preventDefault(); to.focus(); }
});
function distance(tile, here) {
  const box = tile.getBoundingClientRect();
  return Math.abs(box.top - here.top) * 4 + Math.abs(box.left - here.left);
}

$.more.onclick = () => { $.more.disabled = true; trigger("more", { before: last, query }); };
window.addEventListener("stepglass:removed", (e) => {
  const gone = tiles.filter((t) => t.id === e.detail.id).length;
  if (!gone) return;
  tiles = tiles.filter((t) => t.id !== e.detail.id);
  [...$.grid.children].forEach((t) => { if (t.dataset.id === e.detail.id) t.remove(); });
  if (total !== null) total -= 1;
  words();
});
window.addEventListener("stepglass:restored", () => trigger("again", {}));
watch("value", () => draw(props.value || {}));
if (props.value) draw(props.value);
