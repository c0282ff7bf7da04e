// A question mark at each field of the Generate form. The fields are Gradio's: it stands beside their labels, for
// within one it would be a part of the field's name.

import { about } from "../shell/about.js";
import { h } from "../shell/dom.js";
import { filled } from "../shell/draft.js";
import { HELP } from "./help_words.js";

/** @param {string} field */
function explain(field) {
  const box = document.getElementById(`field-${field}`), [label, help] = HELP[field];
  if (!box || box.dataset.helped) return;
  box.dataset.helped = "true";
  const { button, said } = about(label, help, `help-${field}`);
  if (field === "image") box.before(h("div", { class: "sg-helped-above" }, h("span", {}, label), button, said));
  else box.append(button, said);
}

const explainAll = () => Object.keys(HELP).forEach(explain);

filled.then(() => {
  explainAll();
  // What is folded is drawn once it is opened.
  const folded = document.getElementById("img2img");
  if (folded) new MutationObserver(explainAll).observe(folded, { childList: true, subtree: true });
});
