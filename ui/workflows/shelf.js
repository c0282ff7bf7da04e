// The presets: one's own, which can be renamed and deleted, and those that ship.

import { toast } from "../shell/toast.js";
import { ask, h, show } from "../shell/dom.js";
import { $, host } from "./host.js";
import { choose } from "./open.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

export async function shelf() {
  const answer = await ask(() => host.server.wf_shelf({}));
  const renaming = $.ownList.querySelector("input");
  if (!answer.error && !renaming) drawShelf(answer);
}

export function drawShelf({ own, ships }) {
  $.ownList.replaceChildren(
    ...own.map((name) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", class: "wf-preset", onclick: () => choose("own", name) },
          h("strong", {}, name),
        ),
        h(
          "button",
          {
            type: "button",
            class: "wf-bin wf-pen",
            title: t("Rename"),
            "aria-label": t("Rename the preset {name}", { name }),
            onclick: (e) => rename(e.target.closest("li"), name),
          },
          "✎",
        ),
        h(
          "button",
          {
            type: "button",
            class: "wf-bin",
            title: t("Delete"),
            "aria-label": t("Delete the preset {name}", { name }),
            onclick: () => bin(name),
          },
          "×",
        ),
      ),
    ),
  );
  show($.own, own.length > 0);
  $.shipList.replaceChildren(
    ...ships.map((one) =>
      h(
        "li",
        { "data-ready": String(!one.missing) },
        h(
          "button",
          { type: "button", class: "wf-preset", onclick: () => choose("ship", one.name) },
          h("strong", {}, said(one.title)),
          h("span", {}, said(one.about)),
          one.missing ? h("span", { class: "wf-lacks" }, said(one.missing)) : "",
        ),
      ),
    ),
  );
  show($.ships, ships.length > 0);
}

async function bin(name) {
  const answer = await ask(() => host.server.wf_delete({ name }));
  if (answer.error) return toast(answer.error);
  drawShelf(answer);
  toast(t("Deleted “{name}”.", { name }), t("Undo"), async () => drawShelf(await ask(() => host.server.wf_restore({ name }))));
}

function rename(row, name) {
  const input = h("input", {
    type: "text",
    class: "wf-input",
    "data-limit": 80,
    value: name,
    "aria-label": t("New name"),
    onkeydown: (e) => {
      if (e.key === "Enter") done(true);
      if (e.key === "Escape") done(false);
    },
    onblur: () => done(true),
  });
  let over = false;
  async function done(wanted) {
    if (over) return;
    over = true;
    const answer =
      wanted && input.value.trim() !== name
        ? await ask(() => host.server.wf_rename({ name, to: input.value }))
        : {};
    input.remove();
    if (answer.error) toast(answer.error);
    if (answer.own) drawShelf(answer); else shelf();
  }
  row.replaceChildren(input);
  input.focus();
  input.select();
}
