// Disk use, and cleaning up: what each rule will free is said before, what it freed after.

import { toast } from "../shell/toast.js";
import { bytes, grouped, plural } from "../shell/count.js";
import { ask, confirm, h, show } from "../shell/dom.js";
import { monthTitle } from "./groups.js";
import { $, host } from "./host.js";
import { openDialog } from "./labels.js";
import { begin } from "./load.js";
import { said } from "./pick.js";

const DAYS = [30, 90, 180, 365];

export async function openDisk() {
  openDialog(
    "Disk use and clean-up",
    h("p", { class: "gal-loading" }, h("i", { "aria-hidden": "true" }), h("span", {}, "Counting…")),
  );
  const body = $.dialog.querySelector(".gal-dialog-body");
  const answer = await ask(() => host.server.gal_usage({}));
  if (!body.isConnected) return;
  body.replaceChildren(
    ...(answer.error ? [h("p", { class: "gal-trouble" }, answer.error)] : [used(answer), ...rules()]),
  );
}

function used(usage) {
  const months = usage.months.map(([month, ...sums]) => [monthTitle(month), ...sums]);
  const card = (name, value, more) => h("div", {}, h("dt", {}, name), h("dd", {}, value, h("small", {}, more)));
  return h(
    "div",
    { class: "gal-used" },
    h(
      "dl",
      { class: "gal-counts" },
      card("Total", bytes(usage.bytes), plural(usage.files, "file")),
      card(
        "Generations",
        grouped(usage.generations),
        usage.generations ? `${bytes(usage.bytes / usage.generations)} each` : "",
      ),
      card("In the bin", bytes(usage.bin_bytes), plural(usage.bin_files, "file")),
    ),
    h("div", { class: "gal-bars" }, bars("By month", months), bars("By checkpoint", usage.checkpoints)),
  );
}

function bars(title, found) {
  const most = Math.max(1, ...found.map(([, , size]) => size));
  if (!found.length) return null;
  return h("section", {}, h("h3", {}, title), h("ul", {}, ...found.map(([name, generations, size]) => {
    const fill = h("i", {});
    fill.style.width = `${Math.max(1, (size / most) * 100)}%`;
    return h(
      "li",
      { title: plural(generations, "generation") },
      h("span", {}, name || "none"),
      h("b", {}, fill),
      h("em", {}, bytes(size)),
    );
  })));
}

function rules() {
  const days = h(
    "select",
    { class: "gal-select", "aria-label": "Age" },
    ...DAYS.map((n) => h("option", { value: n, selected: n === 90 }, n === 365 ? "a year" : `${n} days`)),
  );
  const old = rule(
    "old",
    () => `Older than ${days.selectedOptions[0].text}, with no rating, tag, note, collection or favourite`,
    true,
    () => ({ days: Number(days.value) }),
    days,
  );
  days.onchange = old.plan;
  const every = [
    rule("bin", () => "Images in the bin", false),
    old,
    rule("fruitless", () => "Failed, cancelled and lost generations", true),
    rule("orphans", () => "Files without a generation", false),
  ];
  return [h("h3", {}, "Clean up"), h("ul", { class: "gal-rules" }, ...every.map((one) => one.element))];
}

// One rule: it says what it will take before it can be done. What goes to the bin frees its room
// once the bin is emptied, and is said so.
function rule(name, title, toBin, given = () => ({}), more = null) {
  const words = h("p", {}, title()), takes = h("p", { class: "sg-note gal-takes", role: "status" }, "Counting…");
  const button = h(
    "button",
    { type: "button", class: "sg-button wf-small", disabled: true, onclick: perform },
    toBin ? "Move to bin" : "Delete",
  );
  const row = h("li", { "data-rule": name }, h("div", {}, words, more, takes), button);
  const amount = (a) =>
    [a.generations ? plural(a.generations, "generation") : "", a.files ? plural(a.files, "file") : ""]
      .filter(Boolean)
      .join(", ");
  async function plan() {
    button.disabled = true;
    words.textContent = title();
    takes.textContent = "Counting…";
    const answer = await ask(() => host.server.gal_clean_plan({ rule: name, ...given() }));
    if (answer.hidden) { show(row, false); return; }
    const some = answer.generations || answer.files;
    takes.textContent =
      answer.error ||
      (!some
        ? "Nothing to clean up."
        : toBin
          ? `Moves ${amount(answer)} to the bin. Emptying it frees ${bytes(answer.bytes)}.`
          : `Permanently deletes ${amount(answer)} and frees ${bytes(answer.bytes)}.`);
    button.disabled = Boolean(answer.error) || !some;
  }
  async function perform() {
    if (
      !(await confirm(
        "Clean up?",
        `${title()}. ${takes.textContent}`,
        toBin ? "Move to bin" : "Delete permanently",
      ))
    )
      return;
    button.disabled = true;
    takes.textContent = "Cleaning up…";
    const done = await ask(() => host.server.gal_clean({ rule: name, ...given() }));
    toast(done.error || (toBin ? `${amount(done)} moved to the bin.` : said(done)));
    if (!done.error) begin();
    openDisk();
  }
  plan();
  return { element: row, plan };
}
