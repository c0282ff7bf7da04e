// Two pictures over each other with a slider between them, and what differs in their settings.

import { ask, h } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { ratioOf } from "./layout.js";
import { ids } from "./pick.js";

export async function openCompare() {
  const [first, second] = ids().map(
    (id) => now.tiles.find((t) => t.id === id && t.thumb) || now.tiles.find((t) => t.id === id),
  );
  const table = h(
    "div",
    { class: "gal-differs" },
    h("p", { class: "gal-loading" }, h("i", { "aria-hidden": "true" }), h("span", {}, "Comparing…")),
  );
  const pair =
    first.thumb && second.thumb
      ? slider(first, second)
      : h("p", { class: "sg-note" }, "Only images can be laid over each other.");
  $.compare.replaceChildren(
    h(
      "header",
      {},
      h("h2", {}, "Compare"),
      h(
        "button",
        { type: "button", class: "full-close", "aria-label": "Close", onclick: () => $.compare.close() },
        "×",
      ),
    ),
    h("div", { class: "gal-compare-body" }, pair, table),
  );
  $.compare.showModal();
  const answer = await ask(() => host.server.gal_compare({ first: first.id, second: second.id }));
  table.replaceChildren(answer.error ? h("p", { class: "gal-trouble" }, answer.error) : differing(answer.rows));
}

function differing(found) {
  if (!found.length)
    return h("p", { class: "sg-note" }, "Nothing differs in their settings: they were made in the same way.");
  return h(
    "table",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "What differs"),
        h("th", { scope: "col" }, h("i", { class: "gal-a" }, "A"), " Left"),
        h("th", { scope: "col" }, h("i", { class: "gal-b" }, "B"), " Right"),
      ),
    ),
    h(
      "tbody",
      {},
      ...found.map(([name, a, b]) => h("tr", {}, h("th", { scope: "row" }, name), ...unlike(a, b))),
    ),
  );
}

// In long texts the words that only one of them has stand out.
function unlike(a, b) {
  const cut = (text) => text.split(/(\s+)/), [left, right] = [cut(a), cut(b)];
  if (left.length < 6 || right.length < 6) return [h("td", {}, a), h("td", {}, b)];
  const side = (mine, other) => {
    const has = new Set(other);
    return h("td", {}, ...mine.map((w) => (w.trim() && !has.has(w) ? h("mark", {}, w) : w)));
  };
  return [side(left, right), side(right, left)];
}

function slider(first, second) {
  const full = (t) => `api/images/${encodeURIComponent(t.id)}/${t.n}`;
  const over = h("img", { src: full(second), alt: `Right: ${second.prompt}`, draggable: "false", class: "gal-over" });
  const line = h(
    "div",
    {
      class: "gal-divide",
      role: "slider",
      tabindex: 0,
      "aria-label": "How much of the left image is shown",
      "aria-valuemin": 0,
      "aria-valuemax": 100,
    },
    h("i", {}),
  );
  const box = h(
    "div",
    { class: "gal-pair" },
    h("img", { src: full(first), alt: `Left: ${first.prompt}`, draggable: "false" }),
    over,
    h("b", { class: "gal-a" }, "A"),
    h("b", { class: "gal-b" }, "B"),
    line,
  );
  box.style.setProperty("--ratio", String(ratioOf(first)));
  let at = 50;
  const to = (percent) => {
    at = Math.max(0, Math.min(100, percent));
    box.style.setProperty("--at", `${at}%`);
    line.setAttribute("aria-valuenow", String(Math.round(at)));
    line.setAttribute("aria-valuetext", `${Math.round(at)} percent of the left image`);
  };
  const follow = (e) => {
    const edge = box.getBoundingClientRect();
    to(((e.clientX - edge.left) / edge.width) * 100);
  };
  box.addEventListener("pointerdown", (e) => {
    if (e.button) return;
    e.preventDefault();
    box.setPointerCapture(e.pointerId);
    line.focus({ preventScroll: true });
    follow(e);
  });
  box.addEventListener("pointermove", (e) => { if (box.hasPointerCapture(e.pointerId)) follow(e); });
  line.addEventListener("keydown", (e) => {
    const step = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10 }[e.key];
    if (step || e.key === "Home" || e.key === "End") {
      e.preventDefault();
      to(step ? at + step : e.key === "Home" ? 0 : 100);
    }
  });
  to(50);
  return h("div", { class: "gal-pair-room" }, box);
}
