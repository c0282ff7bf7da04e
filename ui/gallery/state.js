// The gallery: what is looked for, and what was found. Text is only ever set as text.
const { h, show, ask, icon, grouped, plural, bytes, stars, confirm } = window.stepglassDom;
const media = window.stepglassMedia;
const $ = {};
element.querySelectorAll("[data-ref]").forEach((e) => { $[e.dataset.ref] = e; });

const HASH = "#gallery";
const KEPT = "stepglass-gallery";
const FINISHED = "finished";
const ENDS = { finished: "Finished", failed: "Failed", cancelled: "Cancelled", lost: "Lost" };

let search = {};            // what is looked for, as ui/library/search_json.py reads it
let tiles = [];             // what was found, in order; the full view walks over the same list
let last = "";              // the id after which it goes on
let total = null;           // {count, more}, or null while it is being counted
let turn = 0;               // newest search; answers to older ones are passed over
let loading = false;
const picked = new Set();   // ids that are selected

const visible = () => element.offsetParent !== null;
const inDialog = () => Boolean(document.querySelector("dialog[open]"));
const address = (t) => `api/images/${encodeURIComponent(t.id)}/${t.n}?thumbnail`;
const typeFor = (t) => (t.n < 0 ? "text/plain" : t.media);
const announce = (said) => { $.announce.textContent = said; };

// Whether anything but the order is asked for.
const filtered = () => Object.keys(search).some((name) => name !== "sort");

// The address says what is looked for, so that a reload or a link comes back to it.
const LISTS = ["tags", "statuses"], NUMBERS = ["since", "until", "width", "height", "rating"], TICKS = ["favourite", "binned"];
const TEXTS = ["words", "checkpoint", "lora", "sampler", "workflow", "server", "owner", "collection", "sort"];

function written() {
  const said = new URLSearchParams();
  for (const name of [...TEXTS, ...NUMBERS]) if (search[name]) said.set(name, String(search[name]));
  for (const name of LISTS) for (const one of search[name] || []) said.append(name, one);
  for (const name of TICKS) if (search[name]) said.set(name, "yes");
  return said.toString();
}

function readFrom(text) {
  const said = new URLSearchParams(text), found = {};
  for (const name of TEXTS) if (said.get(name)) found[name] = said.get(name);
  for (const name of NUMBERS) if (Number.isFinite(Number(said.get(name) || NaN))) found[name] = Number(said.get(name));
  for (const name of LISTS) if (said.has(name)) found[name] = said.getAll(name);
  for (const name of TICKS) if (said.get(name)) found[name] = true;
  return found;
}

function remember() {
  const said = written();
  try { sessionStorage.setItem(KEPT, said); } catch { /* private window */ }
  if (visible()) addressed(HASH + (said ? `?${said}` : ""));
}

function addressed(hash) {
  if (location.hash === hash) return;
  history.replaceState(history.state, "", `${location.pathname}${location.search}${hash}`);
}

function remembered() {
  if (location.hash.startsWith(HASH)) return readFrom(location.hash.slice(HASH.length + 1));
  try { return readFrom(sessionStorage.getItem(KEPT) || ""); } catch { return {}; }
}

// Change what is looked for; an empty value takes a filter away.
function seek(change) {
  const next = { ...search, ...change };
  for (const [name, value] of Object.entries(next)) {
    if (value === "" || value === 0 || value === null || value === undefined || value === false || (Array.isArray(value) && !value.length)) delete next[name];
  }
  if (JSON.stringify(next) === JSON.stringify(search)) return;
  search = next;
  remember();
  drawHead();
  begin();
}
