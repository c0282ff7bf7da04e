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
import { t } from "../words/words.js";

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
  const hearts = all.length > 0 && all.every((one) => one.favourite);
  const rating = stars(t("Rate the selection"), (n) => rate(chosen(), n));
  rating.show(all.length && all.every((one) => one.rating === all[0].rating) ? all[0].rating : 0);
  const usual = now.search.binned
    ? [
        act("restore", t("Restore"), restorePicked),
        act("bin", t("Delete permanently"), purgePicked, { class: "gal-act sg-danger" }),
      ]
    : [
        rating,
        act("heart", hearts ? t("Unfavourite") : t("Favourite"), () => favour(chosen(), !hearts), {
          "data-on": String(hearts),
        }),
        act("tag", t("Tag"), () => openLabels("tag")),
        act("folder", t("Add to collection"), () => openLabels("collection")),
        act("down", t("Download"), download),
        act("out", t("Export"), openExport, { "aria-haspopup": "menu" }),
        act("again", t("Run again"), again),
        picked.size === 1 ? act("more", t("More"), openMore, { "aria-haspopup": "menu" }) : null,
        picked.size === 2 ? act("compare", t("Compare"), openCompare) : null,
        act("bin", t("Delete"), () => remove(chosen()), { class: "gal-act sg-danger" }),
      ];
  $.bar.replaceChildren(...[
    h(
      "button",
      {
        type: "button",
        class: "gal-square gal-none",
        "aria-label": t("Clear selection"),
        title: t("Clear selection (Escape)"),
        onclick: chooseNone,
      },
      icon("close"),
    ),
    h("strong", { role: "status" }, t("{count} selected", { count: grouped(picked.size) })),
    isAllChosen() ? null : h(
      "button",
      { type: "button", class: "gal-all", title: t("Select all that is found (Ctrl A)"), onclick: chooseAll },
      now.total ? t("Select all {count}", { count: totalOf(now.total) }) : t("Select all"),
    ),
    h("div", { class: "gal-acts" }, ...usual.filter(Boolean)),
  ].filter(Boolean));
}

// What can be made of the one that is selected.
function openMore(e) {
  const [tile] = chosen();
  if (tile) openActs(tile, e.currentTarget);
}
