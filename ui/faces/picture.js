// The picture of a model: the one beside its file, else the last image made with it, else its first letter.

import { h } from "../shell/dom.js";
import { base } from "./card_rows.js";
import { pictureOf } from "./known.js";

/** @param {import("./card_rows.js").Face} face @param {string} [more] a class beside */
export function picture(face, more = "") {
  const [letter = ""] = base(face.name);
  const box = h("span", { class: `face ${more}`, "aria-hidden": "true" }, letter.toUpperCase());
  const img = h("img", { alt: "", loading: "lazy", decoding: "async" });
  let own = false;
  img.onerror = () => {
    if (own || !face.image) { img.remove(); return; }
    own = true;
    img.src = pictureOf(face, true);
  };
  img.src = pictureOf(face);
  box.append(img);
  return box;
}
