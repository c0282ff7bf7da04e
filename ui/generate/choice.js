// A field whose value is a name from a server's list. The lists are fetched once, for all such fields,
// when somebody looks at one.

import { combobox } from "../shell/combobox.js";
import { ask, h } from "../shell/dom.js";
import { on } from "../shell/events.js";

/** @type {Promise<Record<string, string[]>> | null} */
let known = null;

/** Ask anew, the next time that somebody looks. */
export function forget() { known = null; }
on("offers", forget);

/** @param {import("../shell/host.js").Host} host */
async function lists(host) {
  known ||= ask(() => host.server.gen_choices({}));
  const answer = await known;
  if (answer.error) forget();
  return answer;
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  const { field, label } = host.props, id = `choice-${field}`;
  const box = combobox({
    id, label, free: true,
    names: async () => (await lists(host))[field] || [],
    take: (name) => { host.props.value = name; host.trigger("input", {}); },
  });
  host.element.querySelector(".choice").append(h("label", { for: id }, h("span", {}, label)), box.element);
  const draw = () => box.set(String(host.props.value ?? ""));
  host.watch("value", draw);
  draw();
}
