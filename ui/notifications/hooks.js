// The list of addresses in the dialog: add one, try it, remove it.

import { ask, h, show, text } from "../shell/dom.js";
import { ago } from "../shell/format.js";
import { copyText } from "../shell/copy.js";
import { toast } from "../shell/toast.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

const EXAMPLES = { message: "ntfys://ntfy.sh/my-topic", webhook: "https://example.org/hook" };
const HINTS = {
  message: t("Written as apprise does: ntfys://…, discord://…, slack://…, mailtos://… One message for each press that ended."),
  webhook: t("Called with JSON for each job, signed with a secret that you get as you add it."),
};
const NEVER = t("Nothing was sent there yet.");

/** @param {import("../shell/wire.js").ShownHook} hook */
function lastOf(hook) {
  const last = hook.tried === null ? NEVER : `${said(hook.result)} ${ago(Math.max(0, Date.now() / 1000 - hook.tried))}`;
  return hook.dropped ? t("{last} · {count} never told", { last, count: hook.dropped }) : last;
}

/**
 * Set the list up; returns what draws it anew.
 * @param {Record<string, any>} $  the dialog's elements
 * @param {import("../shell/host.js").Host} host
 */
export function hooks($, host) {
  const problem = (words) => {
    text($.problem, words);
    show($.problem, Boolean(words));
    if (words) $.problem.scrollIntoView({ block: "nearest" });
  };

  let telling = "";  // the hook whose secret is shown

  function draw(answer) {
    if (answer.error) return problem(answer.error);
    problem("");
    const rows = new Map([...$.list.children].map((e) => [e.dataset.id, e]));
    for (const hook of answer.hooks) {
      const there = rows.get(hook.id);
      if (there) fill(there, hook); else $.list.append(row(hook));
      rows.delete(hook.id);
    }
    rows.forEach((e) => e.remove());
    if (answer.secret) tell(answer.secret, answer.hooks.at(-1).id);  // the newest, and told this once
    else if (rows.has(telling)) tell("");
  }

  /** Show the secret of the hook *id*, or none. */
  function tell(secret, id = "") {
    telling = id;
    text($.secret, secret);
    show($.secretBox, Boolean(secret));
  }

  /** What may change of a row, whose buttons keep the focus. */
  function fill(made, hook) {
    const last = made.querySelector(".notes-last");
    last.dataset.bad = String(hook.tried !== null && !hook.worked);
    text(last, lastOf(hook));
  }

  /** @param {import("../shell/wire.js").ShownHook} hook */
  function row(hook) {
    const button = (words, act) =>
      h("button", { type: "button", class: "sg-button", "aria-label": `${words}: ${hook.url}`, onclick: act }, words);
    const made = h("li", { "data-id": hook.id },
      h("div", { class: "notes-what" },
        h("strong", {}, hook.url),
        h("p", {}, hook.events.map(said).join(", ")),
        h("p", { class: "notes-last" })),
      button(t("Test"), async (event) => {
        event.target.disabled = true;
        const answer = await ask(() => host.server.nt_test({ id: hook.id }));
        event.target.disabled = false;
        draw(answer);
        if (answer.said) toast(said(answer.said));
      }),
      button(t("Remove"), async () => draw(await ask(() => host.server.nt_remove({ id: hook.id })))));
    fill(made, hook);
    return made;
  }

  const example = () => {
    $.url.placeholder = EXAMPLES[$.kind.value];
    text($.hint, HINTS[$.kind.value]);
  };
  $.kind.onchange = example;
  example();
  $.add.onsubmit = async (event) => {
    event.preventDefault();
    const form = new FormData($.add);
    const events = form.getAll("events").join(" ");
    if (!events) return problem(t("Choose at least one event."));
    $.addButton.disabled = true;
    const answer = await ask(() => host.server.nt_add({ url: form.get("url"), kind: form.get("kind"), events }));
    $.addButton.disabled = false;
    draw(answer);
    if (!answer.error) $.url.value = "";
  };
  $.copySecret.onclick = () => copyText($.secret.textContent, t("Secret copied."));
  $.dialog.addEventListener("close", () => tell(""));
  return async () => draw(await ask(() => host.server.nt_hooks({})));
}
