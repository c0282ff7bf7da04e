// The bar of what is selected: how much it is, and what can be done with it.

import { openActs } from "../shell/acts.js";
import { grouped } from "../shell/count.js";
import { h, icon, show, stars } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { openCompare } from "./compare.js";
import { download, openExport } from "./export.js";
import { totalOf } from "./filters.js";
import { openLabels } from "./labels.js";
import { again, chooseAll, chooseNone, chosen, favour, purgePicked, rate, remove, restorePicked } from "./pick.js";
import { picked } from "./state.js";

function act(name, title, perform, extra = {}) {
  return h(
    "button",
    { type: "button", class: "gal-act", title, "aria-label": title, onclick: perform, ...extra },
    icon(name),
    h("span", {}, extra.label || title),
  );
}

const isAllChosen = () => !now.last && picked.size === now.all.length;

export function drawBar() {
  show($.bar, picked.size);
  host.element.dataset.picking = String(picked.size > 0);
  if (!picked.size) return;
  const all = chosen();
  const hearts = all.length > 0 && all.every((t) => t.favourite);
  const rating = stars("Rate the selection", (n) => rate(chosen(), n));
  rating.show(all.length && all.every((t) => t.rating === all[0].rating) ? all[0].rating : 0);
  const usual = now.search.binned
    ? [
        act("restore", "Restore", restorePicked),
        act("bin", "Delete permanently", purgePicked, { class: "gal-act sg-danger" }),
      ]
    : [
        rating,
        act("heart", hearts ? "Unfavourite" : "Favourite", () => favour(chosen(), !hearts), {
          "data-on": String(hearts),
        }),
        act("tag", "Tag", () => openLabels("tag")),
        act("folder", "Add to collection", () => openLabels("collection")),
        act("down", "Download", download),
        act("out", "Export", openExport, { "aria-haspopup": "menu" }),
        act("again", "Run again", again),
        picked.size === 1 ? act("more", "More", openMore, { "aria-haspopup": "menu" }) : null,
        picked.size === 2 ? act("compare", "Compare", openCompare) : null,
        act("bin", "Delete", () => remove(chosen()), { class: "gal-act sg-danger" }),
      ];
  $.bar.replaceChildren(...[
    h(
      "button",
      {
        type: "button",
        class: "gal-square gal-none",
        "aria-label": "Clear selection",
        title: "Clear selection (Escape)",
        onclick: chooseNone,
      },
      icon("close"),
    ),
    h("strong", { role: "status" }, `${grouped(picked.size)} selected`),
    isAllChosen() ? null : h(
      "button",
      { type: "button", class: "gal-all", title: "Select all that is found (Ctrl A)", onclick: chooseAll },
      `Select all${now.total ? ` ${totalOf(now.total)}` : ""}`,
    ),
    h("div", { class: "gal-acts" }, ...usual.filter(Boolean)),
  ].filter(Boolean));
}

// What can be made of the one that is selected.
function openMore(e) {
  const [tile] = chosen();
  if (tile) openActs(tile, e.currentTarget);
}
