// The search box, the filters' sheet, and the active filters as chips that can be taken away.
const SETTLE = 250;          // milliseconds after the last key before it is looked for
let facets = null;
let typing = 0;

const day = (t) => new Date(t * 1000).toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" });
const starred = (n) => `${"★".repeat(n)}${n < 5 ? " or more" : ""}`;

// Each active filter: what its chip says, and the change that takes it away.
function active() {
  const found = [], add = (text, change) => found.push({ text, change });
  if (search.binned) add("In the bin", { binned: false });
  if (search.words) add(`“${search.words}”`, { words: "" });
  if (search.favourite) add("♥ Favourites", { favourite: false });
  if (search.rating) add(starred(search.rating), { rating: 0 });
  if (search.since) add(`From ${day(search.since)}`, { since: 0 });
  if (search.until) add(`Until ${day(search.until - 1)}`, { until: 0 });
  for (const [name, title] of [["checkpoint", "Checkpoint"], ["lora", "LoRA"], ["sampler", "Sampler"], ["workflow", "Workflow"], ["server", "Server"], ["collection", "Collection"], ["owner", "Owner"]]) if (search[name]) add(`${title}: ${search[name]}`, { [name]: "" });
  if (search.width) add(`${search.width} × ${search.height}`, { width: 0, height: 0 });
  for (const one of search.tags || []) add(`# ${one}`, { tags: search.tags.filter((t) => t !== one) });
  if (search.statuses) add(search.statuses.map((s) => ENDS[s] || s).join(", "), { statuses: [] });
  return found;
}

function drawHead() {
  const found = active();
  if (document.activeElement !== $.query) $.query.value = search.words || "";
  $.sort.value = search.sort || "newest";
  $.hearts.setAttribute("aria-pressed", String(Boolean(search.favourite)));
  const inSheet = found.filter(({ change }) => !("words" in change) && !("favourite" in change)).length;
  $.filterCount.textContent = inSheet || "";
  show($.filterCount, inSheet);
  show($.chips, found.length);
  $.chips.replaceChildren(...found.map(({ text, change }) => h("button", { type: "button", class: "gal-chip", "aria-label": `Remove the filter ${text}`, onclick: () => seek(change) }, h("span", {}, text), icon("close"))),
    ...(found.length > 1 ? [h("button", { type: "button", class: "gal-clear", onclick: clear }, "Clear all")] : []));
  $.toBin.textContent = search.binned ? "Back to the gallery" : "The bin";
  show($.binActs, search.binned);
}

function clear() {
  search = search.sort ? { sort: search.sort } : {};
  $.query.value = "";
  remember();
  drawHead();
  begin();
}

function drawWords() {
  const some = tiles.length > 0;
  $.count.textContent = total === null ? "" : `${grouped(total.count)}${total.more ? "+" : ""} ${total.count === 1 ? "generation" : "generations"}${search.binned ? " in the bin" : filtered() ? (total.count === 1 ? " matches" : " match") : ""}`;
  show($.emptyBin, some);
  show($.empty, !some && !loading && $.trouble.hidden);
  if (some) return;
  const bin = search.binned && Object.keys(search).length === 1;
  $.emptyTitle.textContent = bin ? "The bin is empty" : filtered() ? "Nothing found" : "Nothing here yet";
  $.emptyHint.textContent = bin ? "What you delete lies here for 30 days, and can be taken out again." : filtered() ? "No image of yours matches all of this: take a filter away." : "What you generate is kept here, with everything needed to make it again.";
  $.emptyAct.textContent = bin ? "Back to the gallery" : filtered() ? "Clear all filters" : "Import a ComfyUI output folder";
  $.emptyAct.onclick = filtered() ? clear : openImport;
  show($.emptyAct, filtered() || canImport());
}

// The sheet

async function openSheet() {
  drawSheet();
  $.sheet.showModal();
  const answer = await ask(() => server.gal_facets({}));
  if (answer.error) return window.stepglassToast(answer.error);
  facets = answer;
  if ($.sheet.open) drawSheet();
}

function choice(label, name, options, value, change) {
  const listed = options.map(([text, chosen, number]) => h("option", { value: text, selected: chosen === value }, number === undefined ? text : `${text} (${grouped(number)})`));
  const select = h("select", { class: "gal-select", "data-filter": name, onchange: () => change(options[select.selectedIndex - 1] ? options[select.selectedIndex - 1][1] : null) }, h("option", { value: "" }, "Any"), ...listed);
  if (value && !options.some(([, one]) => one === value)) select.append(h("option", { selected: true }, String(value)));
  return h("label", { class: "gal-field" }, h("span", {}, label), select);
}

function facet(label, name) {
  const offered = facets ? facets[name].filter(([value]) => value) : [];
  if (facets && offered.length < 2 && !search[name]) return null;
  return choice(label, name, offered.map(([value, n]) => [value, value, n]), search[name], (value) => refine({ [name]: value || "" }));
}

function sizes() {
  const offered = (facets ? facets.size : []).filter(([[w]]) => w).map(([[w, high], n]) => [`${w} × ${high}`, `${w}x${high}`, n]);
  const value = search.width ? `${search.width}x${search.height}` : "";
  return choice("Size", "size", offered, value, (chosen) => { const [width, height] = (chosen || "0x0").split("x").map(Number); refine({ width, height }); });
}

function dated(label, name, shift) {
  const stamp = search[name] ? new Date((search[name] - shift) * 1000) : null;
  const value = stamp ? [stamp.getFullYear(), String(stamp.getMonth() + 1).padStart(2, "0"), String(stamp.getDate()).padStart(2, "0")].join("-") : "";
  return h("label", { class: "gal-field" }, h("span", {}, label), h("input", { type: "date", class: "gal-select", "data-filter": name, value, onchange: (e) => {
    const [year, month, date] = e.target.value.split("-").map(Number);
    if (!year) return refine({ [name]: 0 });
    return refine({ [name]: new Date(year, month - 1, date + (shift ? 1 : 0)).getTime() / 1000 });
  } }));
}

function labels() {
  const offered = facets ? facets.tag : [], on = search.tags || [];
  if (!offered.length && !on.length) return null;
  const names = [...new Set([...on, ...offered.map(([name]) => name)])];
  return h("fieldset", { class: "gal-field gal-wide" }, h("legend", {}, "Tags: all of"), h("div", { class: "gal-picks" }, ...names.map((name) => h("button", { type: "button", class: "gal-pick", "aria-pressed": String(on.includes(name)), onclick: () => refine({ tags: on.includes(name) ? on.filter((t) => t !== name) : [...on, name] }) }, name))));
}

function drawSheet() {
  const rating = stars("Rated at least", (n) => refine({ rating: n }));
  rating.show(search.rating);
  const statuses = ["failed", "cancelled", "lost"].map((s) => [ENDS[s], s]);
  const tick = (label, name) => h("label", { class: "gal-tick" }, h("input", { type: "checkbox", checked: Boolean(search[name]), onchange: (e) => refine({ [name]: e.target.checked }) }), label);
  const status = choice("How it ended", "status", [...statuses, ["Whatever became of it", "all"]], search.statuses ? (search.statuses.length > 1 ? "all" : search.statuses[0]) : "", (s) => refine({ statuses: s === "all" ? Object.keys(ENDS) : s ? [s] : [] }));
  status.querySelector("option").textContent = "Finished";
  const at = $.sheet.querySelector(".gal-sheet-body") ? $.sheet.querySelector(".gal-sheet-body").scrollTop : 0;
  $.sheet.replaceChildren(
    h("header", {}, h("h2", {}, "Filters"), h("button", { type: "button", class: "full-close", "aria-label": "Close", onclick: () => $.sheet.close() }, "×")),
    h("div", { class: "gal-sheet-body" },
      dated("From", "since", 0), dated("Until", "until", 1),
      h("div", { class: "gal-field" }, h("span", {}, "Rated at least"), rating),
      h("div", { class: "gal-field" }, h("span", {}, "Only"), tick("Favourites", "favourite"), tick("In the bin", "binned")),
      facet("Checkpoint", "checkpoint"), facet("LoRA", "lora"), sizes(), facet("Sampler", "sampler"), facet("Workflow", "workflow"), facet("Server", "server"), status, facet("Collection", "collection"), facets && facets.owner.length ? facet("Owner", "owner") : null, labels()),
    h("footer", {}, h("button", { type: "button", class: "sg-button", onclick: () => { clear(); drawSheet(); } }, "Clear all"), h("button", { type: "button", class: "sg-button sg-primary", onclick: () => $.sheet.close() }, "Show images")));
  $.sheet.querySelector(".gal-sheet-body").scrollTop = at;
}

function refine(change) {
  const focused = document.activeElement && document.activeElement.dataset.filter;
  seek(change);
  drawSheet();
  if (focused) $.sheet.querySelector(`[data-filter="${focused}"]`)?.focus();
}

function wireFinding() {
  const now = () => { clearTimeout(typing); seek({ words: $.query.value.trim() }); };
  $.query.oninput = () => { clearTimeout(typing); typing = setTimeout(now, SETTLE); };
  $.query.onsearch = now;
  $.query.addEventListener("keydown", (e) => {
    if (e.key === "Enter") now();
    if (e.key === "ArrowDown" && tiles.length) { e.preventDefault(); focusTile(0); }
    if (e.key === "Escape" && $.query.value) { e.stopPropagation(); $.query.value = ""; now(); }
  });
  $.filter.onclick = openSheet;
  $.hearts.onclick = () => seek({ favourite: !search.favourite });
  $.sort.onchange = () => seek({ sort: $.sort.value === "newest" ? "" : $.sort.value });
  $.sheet.addEventListener("click", (e) => { if (e.target === $.sheet) $.sheet.close(); });
  $.toBin.onclick = () => { closeMenu(); search.binned ? clear() : seek({ binned: true }); };
  $.toImport.onclick = () => { closeMenu(); openImport(); };
  $.toDisk.onclick = () => { closeMenu(); openDisk(); };
  $.toKeys.onclick = () => { closeMenu(); openKeys(); };
  $.emptyBin.onclick = emptyBin;
  document.addEventListener("click", (e) => { if ($.menu.open && !$.menu.contains(e.target)) closeMenu(); });
}

const closeMenu = () => { $.menu.open = false; };
