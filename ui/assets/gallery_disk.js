// Disk use, and cleaning up: what each rule will free is said before, what it freed after.
const DAYS = [30, 90, 180, 365];

async function openDisk() {
  openDialog("Disk use and clean-up", h("p", { class: "gal-loading" }, h("i", { "aria-hidden": "true" }), h("span", {}, "Counting…")));
  const body = $.dialog.querySelector(".gal-dialog-body");
  const answer = await ask(() => server.gal_usage({}));
  if (!body.isConnected) return;
  body.replaceChildren(...(answer.error ? [h("p", { class: "gal-trouble" }, answer.error)] : [used(answer), ...rules(answer)]));
}

function used(usage) {
  const card = (name, value, more) => h("div", {}, h("dt", {}, name), h("dd", {}, value, h("small", {}, more)));
  return h("div", { class: "gal-used" },
    h("dl", { class: "gal-counts" },
      card("All together", bytes(usage.bytes), plural(usage.files, "file")), card("Generations", grouped(usage.generations), usage.generations ? `${bytes(usage.bytes / usage.generations)} each` : ""),
      card("In the bin", bytes(usage.bin_bytes), plural(usage.bin_generations, "generation"))),
    h("div", { class: "gal-bars" }, bars("By month", usage.months), bars("By checkpoint", usage.checkpoints)));
}

function bars(title, found) {
  const most = Math.max(1, ...found.map((one) => one.bytes));
  if (!found.length) return null;
  return h("section", {}, h("h3", {}, title), h("ul", {}, ...found.map((one) => {
    const fill = h("i", {});
    fill.style.width = `${Math.max(1, (one.bytes / most) * 100)}%`;
    return h("li", {}, h("span", { title: one.name }, one.name || "none"), h("b", {}, fill), h("em", {}, bytes(one.bytes)));
  })));
}

function rules() {
  const days = h("select", { class: "gal-select", "aria-label": "Age" }, ...DAYS.map((n) => h("option", { value: n, selected: n === 90 }, n === 365 ? "a year" : `${n} days`)));
  const old = rule("old", h("span", {}, "Older than ", days, ", not favourite, rated, tagged or collected"), "They go to the bin.", () => ({ days: Number(days.value) }));
  days.onchange = old.plan;
  const every = [rule("bin", "What lies in the bin", "Removed for good."), old,
    rule("failed", "Failed and cancelled generations", "Their records go to the bin."),
    rule("orphans", "Files that belong to no generation", "Removed for good.")];
  return [h("h3", {}, "Clean up"), h("ul", { class: "gal-rules" }, ...every.filter(Boolean).map((one) => one.element))];
}

// One rule: it says what it will free before it can be done.
function rule(name, title, how, given = () => ({})) {
  const frees = h("span", { class: "gal-frees" }, "Counting…");
  const button = h("button", { type: "button", class: "sg-button wf-small", disabled: true, onclick: perform }, "Clean up");
  const row = h("li", {}, h("div", {}, h("p", {}, title), h("p", { class: "sg-note" }, how, " ", frees)), button);
  async function plan() {
    button.disabled = true;
    frees.textContent = "Counting…";
    const answer = await ask(() => server.gal_clean_plan({ rule: name, ...given() }));
    if (answer.hidden) return show(row, false);
    if (answer.error) { frees.textContent = answer.error; return undefined; }
    const some = answer.generations || answer.files;
    frees.textContent = some ? `Frees ${bytes(answer.bytes)}: ${answer.generations ? `${plural(answer.generations, "generation")}, ` : ""}${plural(answer.files, "file")}.` : "Nothing to free.";
    button.disabled = !some;
    return undefined;
  }
  async function perform() {
    if (!(await confirm("Clean up?", `${row.querySelector("p").textContent}. ${frees.textContent}`.replace(/Older than .*, not/, `Older than ${given().days} days, not`), "Clean up"))) return;
    button.disabled = true;
    frees.textContent = "Cleaning up…";
    const freed = await ask(() => server.gal_clean({ rule: name, ...given() }));
    window.stepglassToast(freed.error || freed.said);
    if (!freed.error) begin();
    openDisk();
  }
  plan();
  return { element: row, plan };
}
