// A field whose value is a name from a server's list. The lists are fetched once, for all such fields,
// when somebody looks at one, or when one that must not be empty is.

import { faceOf, faces } from "../faces/known.js";
import { combobox } from "../shell/combobox.js";
import { ask, h } from "../shell/dom.js";
import { filled } from "../shell/draft.js";
import { on } from "../shell/events.js";
import { t } from "../words/words.js";

/** @type {Promise<Record<string, any>> | null} */
let known = null;

/** Ask anew, the next time that somebody looks. */
export function forget() { known = null; }

/** Every list by its field. @param {import("../shell/host.js").Host} host */
export async function lists(host) {
  known ||= ask(() => host.server.gen_choices({}));
  const answer = await known;
  if (answer.error) forget();
  return answer;
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  const { field, label, needed } = host.props, id = `choice-${field}`;
  const names = async () => {
    const told = await lists(host);
    if (field === "checkpoint" && document.activeElement === box.input) await faces();
    families = told.families || {};
    whole = new Set(told.whole || []);
    return told[field] || [];
  };
  const take = (/** @type {string} */ name) => { host.props.value = name; host.trigger("input", {}); };
  /** @type {Record<string, string>} */
  let families = {};
  let whole = new Set();
  const models = field === "checkpoint" ? {
    tag: (/** @type {string} */ name) => families[name] || "",
    face: (/** @type {string} */ name) => faceOf("models", name),
    group: (/** @type {string} */ name) => (whole.has(name) ? t("Checkpoints") : t("Diffusion models")),
  } : {};
  const box = combobox({ id, label, free: true, names, take, ...models });
  host.element.querySelector(".choice").append(h("label", { for: id }, h("span", {}, label)), box.element);
  const draw = () => box.set(String(host.props.value ?? ""));
  host.watch("value", draw);
  draw();
  on("face", ({ detail: { kind, name } }) => {
    if (field !== "checkpoint" || kind !== "models") return;
    box.set(name);
    take(name);
  });
  on("offers", async () => {
    forget();
    await filled;
    if (!needed || box.input.value) return;
    const [first] = await names();
    if (first && !box.input.value) take(first);   // somebody may have typed meanwhile
  });
}
