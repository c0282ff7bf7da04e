// What a field does, said beneath it once its question mark is pressed. One manner for all forms.

import { t } from "../words/words.js";
import { h } from "./dom.js";

/**
 * The question mark of a field, and what it opens.
 * @param {string} label  what the field is called
 * @param {string} help
 * @param {string} id  of what is opened; nothing else on the page has it
 */
export function about(label, help, id) {
  const said = h("p", { class: "sg-help", id, hidden: true }, help);
  const button = h(
    "button",
    {
      type: "button",
      class: "sg-ask",
      title: help,
      "aria-label": t("About {label}", { label }),
      "aria-expanded": "false",
      "aria-controls": id,
      onclick: () => {
        said.hidden = !said.hidden;
        button.setAttribute("aria-expanded", String(!said.hidden));
      },
    },
    "?",
  );
  return { button, said };
}
