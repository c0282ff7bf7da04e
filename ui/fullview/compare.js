// Any two images of a list: over each other with a slider, or side by side, zoomed and panned as one.

import { on } from "../shell/events.js";
import { ask, closesBeside, h, show } from "../shell/dom.js";
import { addressOf, pairOf } from "../shell/image_key.js";
import { toast } from "../shell/toast.js";
import { $, host } from "./host.js";
import { differences } from "./differences.js";
import { divideAt, divideTo, setUp as startDivide } from "./divide.js";
import { lay, lens, zoomKey } from "../zoom/lens.js";
import { pictured } from "./picture.js";
import { zoomBar } from "../zoom/bar.js";
import { t } from "../words/words.js";

const SIDES = ["left", "right"];
/** @type {import("../shell/events.js").Tile[]} */
let list = [];
const at = { left: 0, right: 0 };   // numbers in the list
let turn = 0;                       // newest pair; what comes of earlier ones is passed over
/** @type {import("../zoom/lens.js").Lens} */
let view;
let bar;

const isKnown = (tile) => Boolean(tile) && pictured(tile);

function open({ list: all, first, second }) {
  if (!isKnown(first) || !isKnown(second)) return toast(t("Only images can be compared."));
  list = all.filter(pictured);
  at.left = list.indexOf(first);
  at.right = list.indexOf(second);
  $.compare.showModal();
  divideAt(50);
  draw();
}

async function draw() {
  const mine = (turn += 1), [a, b] = SIDES.map((side) => list[at[side]]);
  drawSides();
  $.differs.replaceChildren(
    h("p", { class: "gal-loading" }, h("i", { "aria-hidden": "true" }), h("span", {}, t("Comparing…"))));
  loadBoth(mine);
  const answer = a.id === b.id
    ? { rows: [] }
    : await ask(() => host.server.gal_compare({ first: pairOf(a), second: pairOf(b) }));
  if (mine !== turn) return;
  const found = answer.error
    ? h("p", { class: "gal-trouble", role: "alert" }, answer.error)
    : differences(answer.rows, a.id === b.id);
  $.differs.replaceChildren(found);
}

// Both are laid out at the size of the larger one, so that the same part of both is seen.
async function loadBoth(mine) {
  const images = SIDES.map((side) => {
    const tile = list[at[side]], image = $[`${side}Image`];
    image.src = addressOf(tile);
    image.alt = `${side === "left" ? t("Left") : t("Right")}: ${tile.prompt || t("no prompt")}`;
    return image;
  });
  await Promise.allSettled(images.map((image) => image.decode()));
  if (mine !== turn) return;
  const [width, height] = images
    .map((image) => [image.naturalWidth, image.naturalHeight])
    .sort((a, b) => b[0] * b[1] - a[0] * a[1])[0];
  if (width) view.show({ width, height });
}

function drawSides() {
  $.sides.replaceChildren(...SIDES.map((side) => {
    const step = (by, label, sign) =>
      h("button", {
        type: "button",
        "aria-label": side === "left" ? t("{label} image on the left", { label }) : t("{label} image on the right", { label }),
        disabled: !list[at[side] + by],
        onclick: () => go(side, by),
      }, sign);
    return h(
      "div",
      { class: "cmp-side", role: "group", "aria-label": side === "left" ? t("The image on the left") : t("The image on the right") },
      h("b", { class: side === "left" ? "cmp-a" : "cmp-b" }, side === "left" ? "A" : "B"),
      step(-1, t("Previous"), "‹"),
      h("span", {}, t("{n} of {count}", { n: at[side] + 1, count: list.length })),
      step(1, t("Next"), "›"),
    );
  }));
}

function go(side, by) {
  if (!list[at[side] + by]) return;
  at[side] += by;
  draw();
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = $.sides.children[SIDES.indexOf(side)].querySelectorAll("button");
  const pressed = buttons[by > 0 ? 1 : 0];
  (pressed.disabled ? buttons[by > 0 ? 0 : 1] : pressed).focus();
}

function mode(name) {
  $.pair.dataset.mode = name;
  $.bySlider.setAttribute("aria-pressed", String(name === "slider"));
  $.bySide.setAttribute("aria-pressed", String(name === "side"));
}

function keyed(e) {
  if (!$.compare.open || e.ctrlKey || e.metaKey || e.altKey) return;
  const step = { PageUp: -1, PageDown: 1 }[e.key];
  if (step) { e.preventDefault(); go("right", step); }
  else if (zoomKey(e, view)) e.preventDefault();
}

/** Begin. */
export function setUp() {
  const drawn = (now, of) => {
    SIDES.forEach((side) => lay($[`${side}Image`], now, of));
    bar.say(now.scale);
  };
  const touched = (x) => { if ($.pair.dataset.mode === "slider") divideTo(x); };
  view = lens([$.left, $.right], drawn, { touched });
  bar = zoomBar(view, $.compareRoom);
  $.pair.append(bar.element);
  show(bar.element, true);
  startDivide();
  on("compare", (e) => open(e.detail));
  window.addEventListener("keydown", keyed);
  $.bySlider.onclick = () => mode("slider");
  $.bySide.onclick = () => mode("side");
  $.compareClose.onclick = () => $.compare.close();
  closesBeside($.compare);
  $.compare.addEventListener("close", () => {
    turn += 1;
    view.show(null);
    SIDES.forEach((side) => $[`${side}Image`].removeAttribute("src"));
  });
}
