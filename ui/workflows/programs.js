// How a program or a model uses the presets: addresses, the token, and what to paste where.

import { copyText } from "../shell/copy.js";
import { toast } from "../shell/toast.js";
import { ask, h } from "../shell/dom.js";
import { $, host } from "./host.js";
import { t } from "../words/words.js";

const here = () => location.origin + location.pathname.replace(/\/$/, "");

function pasteable(title, text) {
  const copy = h(
    "button",
    {
      type: "button",
      class: "sg-button wf-small",
      "aria-label": t("Copy: {title}", { title }),
      onclick: () => copyText(text, t("Copied.")),
    },
    t("Copy"),
  );
  return h("div", { class: "wf-paste" },
    h("div", { class: "wf-title" }, h("h3", {}, title), copy),
    h("pre", { class: "wf-code", tabindex: "0" }, text));
}

function drawPrograms({ token, names }) {
  const bearer = `Bearer ${token}`, name = names[0] || "preset-name";
  const mcp = JSON.stringify(
    {
      mcpServers: {
        stepglass: {
          command: "npx",
          args: ["mcp-remote", `${here()}/mcp`, "--header", "Authorization:${STEPGLASS}"],
          env: { STEPGLASS: bearer },
        },
      },
    },
    null,
    2,
  );
  const python = [
    "from gradio_client import Client",
    "",
    `client = Client("${here()}", headers={"Authorization": "${bearer}"})`,
    "client.view_api()",
    `files, made = client.predict(prompt="a red fox", api_name="/${name}")`,
  ].join("\n");
  $.programsBody.replaceChildren(
    h(
      "p",
      { class: "wf-hint" },
      t("Your presets, and those that ship, are functions for programs and tools for models. They run as you: what they make is in your gallery. Whoever has your token can do the same, so keep it to yourself."),
    ),
    pasteable(t("MCP address"), `${here()}/mcp`),
    pasteable(t("Token"), token),
    pasteable("Claude Desktop: claude_desktop_config.json", mcp),
    pasteable("Python", python),
    h(
      "p",
      { class: "wf-hint" },
      names.length ? t("Names: {names}", { names: names.join(", ") }) : t("No server has answered yet, so there are no names."),
    ),
    h(
      "div",
      {},
      h(
        "button",
        {
          type: "button",
          class: "sg-button wf-small",
          onclick: async () => {
            const answer = await ask(() => host.server.wf_token({}));
            if (answer.error) return toast(answer.error);
            drawPrograms(answer);
            toast(t("The old token has ended."));
          },
        },
        t("New token, end the old one"),
      ),
    ),
  );
}

export async function programs() {
  if (!$.programs.open) return;
  const answer = await ask(() => host.server.wf_programs({}));
  if (answer.error) return $.programsBody.replaceChildren(h("p", { class: "wf-alert", role: "alert" }, answer.error));
  drawPrograms(answer);
}
