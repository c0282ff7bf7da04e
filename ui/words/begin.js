// The page begins in another language than English. Its config, which is the same for everybody and
// holds no data, is put into it before Gradio reads it: labels, choices' names (their values stay) and
// templates.

import { watch } from "./handled.js";
import { inWords } from "./markup.js";
import { speak, t } from "./words.js";

const LABELS = ["label", "info", "placeholder"];
const isText = (/** @type {unknown} */ value) => typeof value === "string" && value !== "";

function inTemplate(/** @type {string} */ html) {
  const box = document.createElement("template");
  // The app's own template: nobody's text is in it.
  // eslint-disable-next-line no-restricted-properties
  box.innerHTML = html;
  inWords(box.content);
  // eslint-disable-next-line no-restricted-properties
  return box.innerHTML;
}

/** @param {{ type: string, props: Record<string, any> }} component */
function translate({ type, props }) {
  for (const name of LABELS) if (isText(props[name])) props[name] = t(props[name]);
  if (Array.isArray(props.choices)) props.choices = props.choices.map(([name, value]) => [t(name), value]);
  if (type === "button") props.value = t(props.value);
  if (type !== "html") return;
  props.html_template = inTemplate(props.html_template);
  if (/^<\w/.test(props.value)) props.value = inTemplate(props.value);
  // What a component says where its module cannot be had: see `mounted` in ui/shell/assets.py.
  const inCode = (_, text) => `t(${JSON.stringify(t(JSON.parse(text)))})`;
  props.js_on_load = props.js_on_load?.replace(/t\((".*?")\)/g, inCode);
}

/**
 * Speak *language* from the start. Called by the language's own module.
 * @param {string} language
 * @param {Record<string, import("./words.js").Entry>} texts
 */
export function begin(language, texts) {
  speak(language, texts);
  const config = /** @type {any} */ (window).gradio_config;
  config?.components.filter((c) => c.type !== "api").forEach(translate);
  watch();
}
