// What the panel shows of the images: the preview, the one that is chosen, the strip of all, texts.

import { show, text } from "../shell/dom.js";
import { addressOf, keyOf } from "../shell/image_key.js";
import * as media from "../shell/media.js";
import { emptyWords } from "./words.js";
import { t } from "../words/words.js";

/** The stage of one panel, which knows its `root` and what it has `shown`. */
export function stage(panel, $) {
  let picked = null;         // the key of the image that a person chose
  let finalKey = "";         // the image in the stage
  let stripKey = "";

  function drawStage(v) {
    panel.root.style.setProperty("--shape", v.width && v.height ? `${v.width} / ${v.height}` : "1 / 1");
    const chosen = picked ? v.images.find((i) => keyOf(i) === picked) : null;
    const image = chosen || (v.live ? null : v.images[v.images.length - 1]) || null;
    if (v.preview && $.preview.src !== v.preview) $.preview.src = v.preview;
    if (v.preview) $.preview.alt = t("Preview so far: {prompt}", { prompt: v.prompt });
    if (image) drawFinal(image, v);
    else if (finalKey) { finalKey = ""; show($.final, false); drawOther(null); }
    const pending = image && $.final.hidden && $.other.hidden && finalKey;
    show($.preview, Boolean($.preview.src) && (v.live ? Boolean(v.preview) && !image : Boolean(pending)));
    const empty = !image && (!v.live || !v.preview);
    show($.empty, empty);
    if (empty) drawEmpty(v);
    drawResults(v, image);
  }

  function drawFinal(image, v) {
    const key = keyOf(image);
    if (key === finalKey) return;
    finalKey = key;
    if (media.kindOf(image.media) !== "image") {
      show($.final, false);
      show($.preview, false);
      return drawOther(image);
    }
    drawOther(null);
    const loading = new Image();
    loading.onload = () => {
      if (finalKey !== key) return;
      $.final.src = loading.src;
      $.final.alt = v.prompt || t("Generated image");
      show($.final, true);
      show($.preview, false);
    };
    loading.src = addressOf(image);
  }

  // What is no picture: a player, a text, or a card to download it by.
  function drawOther(file) {
    $.other.replaceChildren(...(file ? [media.player(file, addressOf(file))] : []));
    show($.other, Boolean(file));
  }

  function drawTexts(v) {
    const key = JSON.stringify(v.texts);
    if ($.texts.dataset.key === key) return;
    $.texts.dataset.key = key;
    $.texts.replaceChildren(...v.texts.map((one) => {
      const pre = document.createElement("pre");
      pre.tabIndex = 0;
      pre.textContent = one;
      return pre;
    }));
    show($.texts, v.texts.length > 0);
  }

  function drawEmpty(v) {
    const [title, hint] = emptyWords(v), why = v.state === "waiting" && v.mine !== false && v.wait ? v.wait.why : "";
    text($.emptyTitle, title);
    text($.emptyHint, hint);
    show($.goOn, why === "paused" || why === "held");
    text($.goOn, why === "held" ? t("Release") : t("Resume queue"));
  }

  function drawResults(v, image) {
    show($.results, v.images.length > 0);
    show($.grid, v.grid);
    const key = v.images.map(keyOf).join() + "|" + (image ? keyOf(image) : "");
    if (key === stripKey) return;
    stripKey = key;
    show($.strip, v.images.length > 1 || (v.live && v.images.length > 0));
    $.strip.replaceChildren(...v.images.map((i, n) => thumbnail(i, n, v, image)));
    const target = image || v.images[v.images.length - 1];
    if (!target) return;
    $.download.href = addressOf(target, "?download");
    $.download.download = `stepglass-${target.id.slice(-12)}-${target.n}`;
    $.more.dataset.key = keyOf(target);
    Object.assign($.reuse.dataset, { id: target.id, n: target.n });
    text($.seed, v.id === target.id && v.seed ? t("seed {seed}", { seed: v.seed }) : "");
  }

  function thumbnail(i, n, v, image) {
    const button = document.createElement("button");
    const picture = document.createElement("img");
    button.type = "button";
    button.setAttribute("aria-label", t("Show image {n} of {count}", { n: n + 1, count: v.images.length }));
    button.setAttribute("aria-pressed", String(Boolean(image) && image.id === i.id && image.n === i.n));
    picture.src = addressOf(i, "?thumbnail");
    picture.alt = "";
    picture.loading = "lazy";
    picture.onerror = media.failed(i);
    button.append(i.thumb === false ? media.small(i) : picture);
    button.onclick = () => {
      const one = keyOf(i);
      picked = panel.shown.live && picked === one ? null : one;
      drawStage(panel.shown);
    };
    return button;
  }

  return {
    drawStage,
    drawTexts,
    forget: () => { picked = null; },
    key: () => finalKey,
  };
}
