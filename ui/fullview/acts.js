// What is made of an image: asked of the app, whichever part of the page offered it.

import { isVideo } from "../shell/acts.js";
import { hand, on } from "../shell/events.js";
import { once } from "../shell/once.js";
import { copyText } from "../shell/copy.js";
import { toast } from "../shell/toast.js";
import { ask } from "../shell/dom.js";
import { host, now } from "./host.js";
import { openGrid } from "./grid_view.js";
import { favour, rate, remove } from "./marking.js";
import { close } from "./picture.js";
import { t } from "../words/words.js";

/** @typedef {import("../shell/events.js").Tile} Tile */

const HERE_ONLY = ["localhost", "127.0.0.1", "[::1]"];
let choosesModel = false;    // once the form is filled
const toTab = (name) => document.getElementById(`tab-${name}-button`)?.click();

// To a form of the Generate tab, which Gradio fills and shows.
function fill(name, data) {
  host.trigger(name, data);
  close();
}

const next = once(async (tile, name) => {
  const timer = setTimeout(() => toast(t("Preparing the form…")), 500);
  const answer = await ask(() => host.server.gal_next({ id: tile.id, n: tile.n, act: name }));
  clearTimeout(timer);
  if (answer.error) return toast(answer.error);
  if (answer.generate) return fill("vary", { id: tile.id, n: String(tile.n), act: name });
  close();
  toTab("workflows");
  return hand("form", answer);
});

const again = once(async (tile) => {
  const answer = await ask(() => host.server.gal_again({ ids: [tile.id], seed: "new" }));
  if (answer.error) return toast(answer.error);
  now.lines = {};
  return toast(t("Queued again, with a new seed."), t("Show the queue"), () => { close(); toTab("queue"); });
});

async function link(tile) {
  const answer = await ask(() => host.server.gal_link({ id: tile.id }));
  if (answer.error) return toast(answer.error);
  const address = new URL(answer.link, location.href.split(/[?#]/)[0]).href;
  return copyText(address, HERE_ONLY.includes(location.hostname)
    ? t("Link copied. It works on this computer only: open the page by its network address to share it.")
    : t("Link copied."));
}

function toWorkflow(tile, frame = "") {
  const { id, n } = tile;
  close();
  toTab("workflows");
  hand("reuse", { id, n, frame, kind: isVideo(tile) && !frame ? "video" : "image" });
}

/** @type {Record<string, (tile: Tile, rating: number) => any>} */
const DONE = {
  use: ({ id, n }) => fill("use", { id, n: String(n), how: "same" }),
  model: ({ id, n }) => { choosesModel = true; fill("use", { id, n: String(n), how: "same" }); },
  variation: ({ id, n }) => fill("use", { id, n: String(n), how: "variation" }),
  input: ({ id, n }) => fill("take", { id, n: String(n), frame: "" }),
  first: ({ id, n }) => fill("take", { id, n: String(n), frame: "first" }),
  last: ({ id, n }) => fill("take", { id, n: String(n), frame: "last" }),
  frame: (tile) => toWorkflow(tile, "last"),
  spans: ({ id }) => fill("spans", { id }),
  workflow: (tile) => toWorkflow(tile),
  grid: (tile) => { close(); openGrid(tile); },
  again,
  link,
  heart: (tile) => favour(tile),
  rate,
  bin: remove,
};

// The list of models opens, so that one is chosen at once.
function filled() {
  const box = /** @type {HTMLElement | null} */ (document.querySelector("#field-checkpoint input"));
  if (choosesModel && box?.offsetParent) { box.focus(); box.click(); }
  choosesModel = false;
}

/** Begin: do what is asked of any image. */
export function setUp() {
  on("filled", filled);
  on("act", ({ detail: { name, tile, rating = 0 } }) => (DONE[name] ? DONE[name](tile, rating) : next(tile, name)));
}
