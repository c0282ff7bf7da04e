// The sheet of filters: every one that there is, with what there is to choose from.

import { toast } from "../shell/toast.js";
import { grouped } from "../shell/count.js";
import { ask, h, stars } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { LATELY, lastDays } from "./active.js";
import { ENDS } from "./ends.js";
import { clear } from "./find.js";
import { seek } from "./state.js";
import { t } from "../words/words.js";

export async function openSheet() {
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
    h("option", { value: "" }, t("Any")),
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
  return choice(t("Size"), "size", offered, value, (chosen) => {
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
        return refine({ days: 0, [name]: new Date(year, month - 1, date + (shift ? 1 : 0)).getTime() / 1000 });
      },
    }),
  );
}

// The last days, today being one of them; a date takes their place.
function lately() {
  const pick = (days) =>
    h(
      "button",
      {
        type: "button",
        class: "gal-pick",
        "data-filter": `days-${days}`,
        "aria-pressed": String(now.search.days === days),
        onclick: () => refine({ days: now.search.days === days ? 0 : days, since: 0, until: 0 }),
      },
      lastDays(days),
    );
  return h("fieldset", { class: "gal-field gal-wide" }, h("legend", {}, t("Made")),
    h("div", { class: "gal-picks" }, ...LATELY.map(pick)));
}

function labels() {
  const offered = now.facets ? now.facets.tag : [], on = now.search.tags || [];
  if (!offered.length && !on.length) return null;
  const names = [...new Set([...on, ...offered.map(([name]) => name)])];
  return h(
    "fieldset",
    { class: "gal-field gal-wide" },
    h("legend", {}, t("Tags: all of")),
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
            onclick: () => refine({ tags: on.includes(name) ? on.filter((one) => one !== name) : [...on, name] }),
          },
          name,
        ),
      ),
    ),
  );
}

function drawSheet() {
  const rating = stars(t("Rated at least"), (n) => refine({ rating: n }));
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
    t("Status"),
    "status",
    [...statuses, [t("Any status"), "all"]],
    now.search.statuses ? (now.search.statuses.length > 1 ? "all" : now.search.statuses[0]) : "",
    (s) => refine({ statuses: s === "all" ? Object.keys(ENDS) : s ? [s] : [] }),
  );
  status.querySelector("option").textContent = t("Finished");
  const at = $.sheet.querySelector(".gal-sheet-body") ? $.sheet.querySelector(".gal-sheet-body").scrollTop : 0;
  $.sheet.replaceChildren(
    h(
      "header",
      {},
      h("h2", {}, t("Filters")),
      h(
        "button",
        { type: "button", class: "full-close", "aria-label": t("Close"), onclick: () => $.sheet.close() },
        "×",
      ),
    ),
    h(
      "div",
      { class: "gal-sheet-body" },
      lately(),
      dated(t("From"), "since", 0),
      dated(t("Until"), "until", 1),
      h("div", { class: "gal-field" }, h("span", {}, t("Rated at least")), rating),
      h(
        "div",
        { class: "gal-field" },
        h("span", {}, t("Only")),
        tick(t("Favourites"), "favourite"),
        tick(t("In the bin"), "binned"),
      ),
      facet(t("Checkpoint"), "checkpoint"),
      facet(t("LoRA"), "lora"),
      sizes(),
      facet(t("Sampler"), "sampler"),
      facet(t("Workflow"), "workflow"),
      facet(t("Server"), "server"),
      status,
      facet(t("Collection"), "collection"),
      now.facets && now.facets.owner.length ? facet(t("Owner"), "owner") : null,
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
        t("Clear all"),
      ),
      h(
        "button",
        { type: "button", class: "sg-button sg-primary", onclick: () => $.sheet.close() },
        t("Show images"),
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
