// Forms that are open besides the one that is shown: taken up again, closed.

import { toast } from "../shell/toast.js";
import { ask, h, show } from "../shell/dom.js";
import { $, host, now } from "./host.js";
import { opened } from "./open.js";
import { t } from "../words/words.js";

export async function forms() {
  const answer = await ask(() => host.server.wf_forms({}));
  if (!answer.error) drawForms(answer);
}

function drawForms({ forms: list }) {
  const others = list.filter((one) => !now.view || one.bench !== now.view.bench);
  $.formList.replaceChildren(
    ...others.map((one) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", class: "wf-preset", onclick: () => resume(one.bench) },
          h("strong", {}, one.name),
          h("span", {}, one.about),
        ),
        h(
          "button",
          {
            type: "button",
            class: "wf-bin",
            title: t("Close"),
            "aria-label": t("Close the form {name}", { name: one.name }),
            onclick: () => closeForm(one),
          },
          "×",
        ),
      ),
    ),
  );
  show($.forms, others.length > 0);
}

async function resume(bench) {
  await opened(() => host.server.wf_resume({ bench }));
  if (now.view && now.view.bench === bench && now.view.job) host.trigger("follow", { job: now.view.job });
}

async function closeForm({ bench, name }) {
  const answer = await ask(() => host.server.wf_close({ bench }));
  if (answer.error) return toast(answer.error);
  drawForms(answer);
  toast(t("Closed “{name}”.", { name }), t("Undo"), async () => {
    const back = await ask(() => host.server.wf_reopen({ bench }));
    if (back.error) toast(back.error); else drawForms(back);
  });
}
