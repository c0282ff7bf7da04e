// The headings of groups, over the rows that begin one: what it is, how many, and a circle that selects them.

import { act } from "../shell/acts.js";
import { grouped } from "../shell/count.js";
import { h, icon } from "../shell/dom.js";
import { keyOf } from "../shell/image_key.js";
import { $, now } from "./host.js";
import { meant } from "./fold.js";
import { groupOf, titleOf } from "./groups.js";
import { chooseGroup } from "./pick.js";
import { picked } from "./state.js";
import { t } from "../words/words.js";

const drawn = new Map();     // by the number of the row beneath: its heading

/** Whether tile *n* of the grid is the first of a group. @param {number} n */
export function begins(n) {
  const by = now.search.group, tile = now.tiles[n], before = now.tiles[n - 1];
  return Boolean(by && tile) && (!before || groupOf(before, by) !== groupOf(tile, by));
}

// The images of the group that begins at tile *from*, and whether more of it may follow.
function groupAt(from) {
  let to = from + 1;
  while (to < now.tiles.length && !begins(to)) to += 1;
  return { images: now.tiles.slice(from, to).flatMap(meant), isOpen: to === now.tiles.length && Boolean(now.last) };
}

/** The heading over row *n*, whose first tile is *from*, at *top* pixels of the grid. */
export function drawHeading(n, from, top) {
  const first = now.tiles[from], title = titleOf(first, now.search.group);
  const isGrid = first.grid && now.search.group === "press";
  const heading = h(
    "div",
    { class: "gal-heading" },
    h(
      "button",
      {
        type: "button",
        class: "gal-check",
        role: "checkbox",
        "aria-label": t("Select all: {title}", { title }),
        onclick: () => chooseGroup(groupAt(from).images),
      },
      icon("check"),
    ),
    h("h3", { title }, title),
    h("span", {}),
    isGrid ? opener(first) : null,
  );
  heading.style.top = `${top}px`;
  heading.from = from;
  drawn.set(n, heading);
  dress(heading);
  return heading;
}

const opener = (tile) =>
  h("button", { type: "button", class: "gal-clear", onclick: () => act("grid", tile) }, t("Open as grid"));

function dress(heading) {
  const { images, isOpen } = groupAt(heading.from), some = images.filter((one) => picked.has(keyOf(one))).length;
  const all = some === images.length;
  heading.querySelector("span").textContent = `${grouped(images.length)}${isOpen ? "+" : ""}`;
  heading.dataset.picked = String(all);
  heading.firstChild.setAttribute("aria-checked", all ? "true" : some ? "mixed" : "false");
}

export const headingOf = (n) => drawn.get(n);

/** What they say may have changed: how many there are, and whether all are selected. */
export const redrawHeadings = () => drawn.forEach(dress);

export function eraseHeading(n) {
  drawn.get(n)?.remove();
  drawn.delete(n);
}

export function eraseHeadings() {
  $.grid.querySelectorAll(".gal-heading").forEach((e) => e.remove());
  drawn.clear();
}
