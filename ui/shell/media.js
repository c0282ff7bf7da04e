// Files that are no pictures: played, read, or offered for download.

import { t } from "../words/words.js";

const MOST_TEXT = 20000;   // characters of a text that are shown
export const words = { video: t("Video"), audio: t("Sound"), model: t("3D model"), text: t("Text"), file: t("File") };

export const kindOf = (media) => {
  const type = String(media || "image/png");
  if (type.startsWith("image/") && type !== "image/svg+xml") return "image";
  if (type.startsWith("video/")) return "video";
  if (type.startsWith("audio/")) return "audio";
  if (type.startsWith("model/")) return "model";
  return type.startsWith("text/") || type === "application/json" ? "text" : "file";
};

const element = (tag, properties = {}, ...children) => {
  const e = Object.assign(document.createElement(tag), properties);
  e.append(...children);
  return e;
};

const glyph = (kind) =>
  element("span", {
    className: "sg-glyph",
    textContent: { video: "▶", audio: "♪", model: "◇", text: "¶", file: "▢" }[kind] || "",
  });

async function read(address, into) {
  try {
    const answer = await fetch(address);
    const text = await answer.text();
    into.textContent = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
  } catch { into.textContent = t("The text could not be read: download it instead."); }
}

// What stands in place of a picture: a player, the text itself, or a card that says what it is.
export function player(file, address) {
  const kind = kindOf(file.media), name = file.name || words[kind];
  if (kind === "video" || kind === "audio") {
    const e = element(kind, { src: address, controls: true, preload: "metadata", loop: kind === "video" });
    e.setAttribute("aria-label", `${words[kind]}: ${name}`);
    return element(
      "div",
      { className: `sg-media sg-${kind}` },
      ...(kind === "audio" ? [glyph(kind), element("p", { textContent: name })] : []),
      e,
    );
  }
  if (kind === "text") {
    const pre = element("pre", { textContent: "…", tabIndex: 0 });
    read(`${address}?download`, pre);
    return element("div", { className: "sg-media sg-textfile" }, pre);
  }
  return element(
    "div",
    { className: "sg-media sg-card-file" },
    glyph(kind),
    element("strong", { textContent: words[kind] }),
    element("p", { textContent: name }),
    element("a", {
      className: "sg-button",
      href: `${address}?download`,
      download: name,
      textContent: t("Download"),
    }),
  );
}

// A small stand-in for a thumbnail.
export const small = (file) =>
  element(
    "span",
    { className: "sg-small" },
    glyph(kindOf(file.media)),
    element("span", { textContent: words[kindOf(file.media)] || "" }),
  );

/** What to do where the thumbnail of *file* cannot be made: its stand-in takes the image's place. */
export const failed = (file) => (/** @type {any} */ { target }) => target.replaceWith(small(file));
