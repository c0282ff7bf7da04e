// Disk use, and cleaning up: what each rule will free is said before, what it freed after.

import { toast } from "../shell/toast.js";
import { bytes, grouped, plural } from "../shell/count.js";
import { ask, confirm, h, show } from "../shell/dom.js";
import { monthTitle } from "./groups.js";
import { $, host } from "./host.js";
import { openDialog } from "./labels.js";
import { begin } from "./load.js";
import { freed } from "./pick.js";
import { t } from "../words/words.js";

const DAYS = [30, 90, 180, 365];

export async function openDisk() {
  openDialog(
    t("Disk use and clean-up"),
    h("p", { class: "gal-loading" }, h("i", { "aria-hidden": "true" }), h("span", {}, t("Counting…"))),
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
      card(t("Total"), bytes(usage.bytes), plural(usage.files, "file")),
      card(
        t("Generations"),
        grouped(usage.generations),
        usage.generations ? t("{size} each", { size: bytes(usage.bytes / usage.generations) }) : "",
      ),
      card(t("In the bin"), bytes(usage.bin_bytes), plural(usage.bin_files, "file")),
    ),
    h("div", { class: "gal-bars" }, bars(t("By month"), months), bars(t("By checkpoint"), usage.checkpoints)),
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
      h("span", {}, name || t("none")),
      h("b", {}, fill),
      h("em", {}, bytes(size)),
    );
  })));
}

function rules() {
  const days = h(
    "select",
    { class: "gal-select", "aria-label": t("Age") },
    ...DAYS.map((n) => h("option", { value: n, selected: n === 90 }, n === 365 ? t("a year") : t("{count} days", { count: n }))),
  );
  const old = rule(
    "old",
    () => t("Older than {age}, with no rating, tag, note, collection or favourite", { age: days.selectedOptions[0].text }),
    true,
    () => ({ days: Number(days.value) }),
    days,
  );
  days.onchange = old.plan;
  const every = [
    rule("bin", () => t("Images in the bin"), false),
    old,
    rule("fruitless", () => t("Failed, cancelled and lost generations"), true),
    rule("orphans", () => t("Files without a generation"), false),
  ];
  return [h("h3", {}, t("Clean up")), h("ul", { class: "gal-rules" }, ...every.map((one) => one.element))];
}

// One rule: it says what it will take before it can be done. What goes to the bin frees its room
// once the bin is emptied, and is said so.
function rule(name, title, toBin, given = () => ({}), more = null) {
  const words = h("p", {}, title()), takes = h("p", { class: "sg-note gal-takes", role: "status" }, t("Counting…"));
  const button = h(
    "button",
    { type: "button", class: "sg-button wf-small", disabled: true, onclick: perform },
    toBin ? t("Move to bin") : t("Delete"),
  );
  const row = h("li", { "data-rule": name }, h("div", {}, words, more, takes), button);
  const amount = (a) =>
    [a.generations ? plural(a.generations, "generation") : "", a.files ? plural(a.files, "file") : ""]
      .filter(Boolean)
      .join(", ");
  async function plan() {
    button.disabled = true;
    words.textContent = title();
    takes.textContent = t("Counting…");
    const answer = await ask(() => host.server.gal_clean_plan({ rule: name, ...given() }));
    if (answer.hidden) { show(row, false); return; }
    const some = answer.generations || answer.files;
    takes.textContent =
      answer.error ||
      (!some
        ? t("Nothing to clean up.")
        : toBin
          ? t("Moves {what} to the bin. Emptying it frees {size}.", { what: amount(answer), size: bytes(answer.bytes) })
          : t("Permanently deletes {what} and frees {size}.", { what: amount(answer), size: bytes(answer.bytes) }));
    button.disabled = Boolean(answer.error) || !some;
  }
  async function perform() {
    if (
      !(await confirm(
        t("Clean up?"),
        `${title()}. ${takes.textContent}`,
        toBin ? t("Move to bin") : t("Delete permanently"),
      ))
    )
      return;
    button.disabled = true;
    takes.textContent = t("Cleaning up…");
    const done = await ask(() => host.server.gal_clean({ rule: name, ...given() }));
    toast(done.error || (toBin ? t("{what} moved to the bin.", { what: amount(done) }) : freed(done)));
    if (!done.error) begin();
    openDisk();
  }
  plan();
  return { element: row, plan };
}
