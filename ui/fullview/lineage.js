// Where the picture came from, and what came of it.

import { ask, h, show } from "../shell/dom.js";
import { addressOf } from "../shell/image_key.js";
import * as media from "../shell/media.js";
import { $, host, now } from "./host.js";
import { here, open } from "./picture.js";
import { t } from "../words/words.js";

const LATER = 150;           // milliseconds one must stay before it is asked for
const HOW = { input: t("Used as input"), variation: t("Variation"), repeat: t("Run again") };
let lineageTimer = 0;

export function lineage(id) {
  clearTimeout(lineageTimer);
  show($.lineage, false);
  if (now.lines[id]) return drawLineage(now.lines[id]);
  lineageTimer = setTimeout(async () => {
    const answer = await ask(() => host.server.gal_lineage({ id }));
    if (answer.error || !$.dialog.open || !here() || here().id !== id) return;
    now.lines[id] = answer;
    drawLineage(answer);
  }, LATER);
}

function drawLineage({ parents, children }) {
  show($.lineage, parents.length + children.length);
  const strip = (title, found) =>
    found.length
      ? h(
          "section",
          {},
          h("h3", {}, title),
          h("div", { class: "full-strip" }, ...found.map((tile) => relative(tile, found))),
        )
      : null;
  $.lineage.replaceChildren(...[strip(t("Made from"), parents), strip(t("Made from this image"), children)].filter(Boolean));
}

function relative(tile, found) {
  const how = HOW[tile.how] || "";
  const shown = tile.thumb
    ? h("img", { src: addressOf(tile, "?thumbnail"), alt: "", loading: "lazy", onerror: media.failed(tile) })
    : media.small({ media: tile.n < 0 ? "text/plain" : tile.media });
  return h(
    "button",
    {
      type: "button",
      title: how ? `${how}: ${tile.prompt}` : tile.prompt,
      "aria-label": t("Open: {label}", { label: [tile.prompt || t("no prompt"), how && `(${how})`].filter(Boolean).join(" ") }),
      onclick: () => open({ list: found, at: found.indexOf(tile) }),
    },
    shown,
  );
}
