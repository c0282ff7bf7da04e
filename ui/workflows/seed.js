import { h } from "../shell/dom.js";
import { now } from "./host.js";
import { edit, standard, words } from "./field_values.js";
import { changed } from "./checking.js";
import { t } from "../words/words.js";

// Exact to 2^64-1: text, never a number.
const MODES = { random: t("Random"), fixed: t("Fixed"), increment: t("Increment") };
export function seed(f, id) {
  const mode = () => now.modes[f.key] || now.view.usual;
  const input = h("input", {
    id,
    type: "text",
    class: "wf-input wf-mono",
    inputmode: "numeric",
    "aria-label": t("{label}, exact", { label: f.label }),
    oninput: () => {
      if (mode() === "random") put("fixed");
      edit(f, input.value.replace(/\s/g, ""));
    },
  });
  const radios = Object.entries(MODES).map(([value, name]) =>
    h(
      "label",
      {},
      h("input", {
        type: "radio",
        name: id,
        value,
        onchange: () => {
          put(value);
          if (value !== "random") set(standard(f));
          changed();
        },
      }),
      h("span", {}, name),
    ),
  );
  function put(value) {
    now.modes[f.key] = value;
    radios.forEach((r) => { r.firstChild.checked = r.firstChild.value === value; });
    input.placeholder = value === "random" ? t("new each time") : t("0 to 18446744073709551615");
    if (value === "random") input.value = "";
  }
  const set = (v) => { if (mode() !== "random") input.value = words(v); };
  put(mode());
  set(standard(f));
  return {
    element: h(
      "div",
      { class: "wf-seed" },
      h(
        "div",
        { class: "wf-segments", role: "radiogroup", "aria-label": t("{label}: how it goes on", { label: f.label }) },
        ...radios,
      ),
      input,
    ),
    set,
    wide: true,
    group: true,
  };
}
