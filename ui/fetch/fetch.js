// What is missing, and how to get it: one press lets the server fetch it, else there is the command.
// A bar moves where the server says how far it is, and only then.

import { copyText } from "../shell/copy.js";
import { bytes } from "../shell/count.js";
import { ask, h, show, text } from "../shell/dom.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

const AGAIN = 1000;  // milliseconds between two looks while something is under way

/** @typedef {{ name: string, folder: string, url: string, sha256: string }} File */
/**
 * @typedef {File & { size: number | null, page: string, trouble: string, whyNot: string, server: string,
 *   shell: string, powershell: string }} Offer
 * @typedef {{ id: string, name: string, folder: string, server: string, stage: string, received: number | null,
 *   total: number | null, fraction: number | null, canCancel: boolean, sentence: string, trouble: string }} Going
 */

const isLive = (/** @type {Going} */ one) => one.stage === "waiting" || one.stage === "running";

/** How far a download is, in words. @param {Going} one */
export function soFar(one) {
  if (one.trouble) return said(one.trouble);
  if (!isLive(one)) return said(one.sentence);
  if (one.received === null) return t("The server does not say how far it is.");
  const received = bytes(one.received);
  if (one.fraction === null) return t("{received} so far", { received });
  const percent = Math.floor(one.fraction * 100);
  return t("{received} of {total} ({percent} %)", { received, total: bytes(one.total), percent });
}

/**
 * Draw what is missing into *box*.
 * @param {HTMLElement} box
 * @param {Record<string, (asked: object) => Promise<any>>} server
 */
export function missing(box, server) {
  let asked = 0, timer = 0, wanted = "";
  /** @type {{ draw: (all: Going[]) => void }[]} */
  let rows = [];

  /** @param {{ files?: File[], packages?: string[], classes?: string[] }} what */
  async function of({ files = [], packages = [], classes = [] }) {
    const now = JSON.stringify([files, packages, classes]);
    if (now === wanted) return;
    wanted = now;
    const mine = asked += 1;
    show(box, files.length + packages.length + classes.length > 0);
    box.replaceChildren(box.hidden ? "" : line(t("Looking at what is missing…")));
    rows = [];
    clearTimeout(timer);
    if (box.hidden) return;
    const answer = await ask(() => server.fetch_look({ files, packages, classes }));
    if (mine !== asked) return;
    if (answer.error) return box.replaceChildren(line(answer.error));
    const { files: found, packages: packs, several } = answer;
    const made = [...found.map((one) => row(one, several)), ...packs.map((one) => row(one, several, one.name))];
    rows = made.map(({ draw }) => ({ draw }));
    if (!made.length) return show(box, false);
    const title = h("h3", {}, t("Missing, and where it is to be had"));
    box.replaceChildren(title, h("ul", {}, ...made.map((one) => one.item)));
    follow(answer.fetches);
  }

  function follow(/** @type {Going[]} */ all) {
    rows.forEach((one) => one.draw(all));
    clearTimeout(timer);
    if (all.some(isLive)) timer = setTimeout(look, AGAIN);
  }

  async function look() {
    const mine = asked, answer = await ask(() => server.fetch_state({}));
    if (mine !== asked) return;
    if (answer.error) timer = setTimeout(look, AGAIN * 5);
    else follow(answer.fetches);
  }

  // One thing that is missing; `pack` is the name of a package of nodes.
  function row(/** @type {Offer} */ one, /** @type {boolean} */ several, pack = "") {
    const says = line("");
    const bar = h("progress", { max: "1", "aria-label": t("Fetching {name}", { name: one.name }) });
    const press = h("button", { type: "button", class: "sg-button sg-primary", onclick: begin },
      several ? goal(one) : pack ? t("Install") : t("Fetch"));
    const stopName = t("Cancel fetching {name}", { name: one.name });
    const stop = h("button", { type: "button", class: "sg-button", "aria-label": stopName, onclick: end },
      t("Cancel"));
    const where = pack ? t("custom nodes") : `models/${one.folder}`;
    const size = pack ? "" : one.size === null ? t("size not known") : bytes(one.size);
    /** @type {Going | undefined} */
    let mine;

    const item = h("li", { class: "fetch-one" },
      h("p", { class: "fetch-head" }, h("strong", {}, one.name || "?"),
        h("span", {}, [where, size].filter(Boolean).join(" · ")), about(one)),
      one.trouble ? h("p", { class: "fetch-trouble" }, said(one.trouble)) : null,
      h("div", { class: "fetch-go" }, press, bar, stop), says,
      one.shell ? command(one) : null);

    async function begin() {
      press.disabled = true;
      const { name, folder, url, sha256 } = one;
      const what = pack ? { package: pack } : { file: { name, folder, url, sha256 } };
      const answer = await ask(() => server.fetch_begin(what));
      press.disabled = false;
      if (answer.error) return text(says, answer.error);
      follow(answer.fetches);
      if (!stop.hidden) stop.focus();
    }

    async function end() {
      const answer = mine && await ask(() => server.fetch_cancel({ id: mine.id }));
      if (answer?.error) text(says, answer.error); else if (answer) follow(answer.fetches);
    }

    function draw(/** @type {Going[]} */ all) {
      mine = all.find((other) => other.name === one.name && other.folder === one.folder) || mine;
      const held = document.activeElement === stop, live = mine !== undefined && isLive(mine);
      show(bar, live);
      show(stop, live && mine?.canCancel);
      show(press, !live && !one.whyNot && mine?.stage !== "done");
      if (held && stop.hidden) (press.hidden ? item.querySelector("summary") : press)?.focus();
      if (mine) place(bar, item, mine);
      text(says, mine ? soFar(mine) : said(one.whyNot));
    }

    return { item, draw };
  }

  return { of };
}

// On which of several servers.
const goal = (/** @type {Offer} */ { folder, server }) =>
  folder ? t("Fetch to {server}", { server }) : t("Install on {server}", { server });

const line = (/** @type {string} */ words) => h("p", { class: "fetch-says", role: "status" }, words);

// Where nobody knows how far it is, the bar says that too: it has no value then.
function place(bar, item, /** @type {Going} */ one) {
  item.dataset.stage = one.stage;
  if (one.fraction === null || one.trouble) bar.removeAttribute("value"); else bar.value = one.fraction;
}

function about(/** @type {Offer} */ one) {
  const label = t("About {name}, with its licence", { name: one.name });
  const link = { href: one.page, target: "_blank", rel: "noopener noreferrer", "aria-label": label };
  return one.page ? h("a", link, one.folder ? t("Licence") : t("About it")) : null;
}

function command(/** @type {Offer} */ one) {
  const copy = (words, label) => {
    const onclick = () => copyText(words, t("The command is copied."));
    return h("button", { type: "button", class: "sg-button", onclick }, label);
  };
  return h("details", { class: "fetch-command" },
    h("summary", {}, t("The command")),
    h("p", { class: "fetch-says" }, t("To be run in ComfyUI's own folder, on the machine where ComfyUI runs.")),
    h("code", {}, one.shell),
    h("div", { class: "fetch-go" }, copy(one.shell, t("Copy")),
      one.powershell === one.shell ? null : copy(one.powershell, t("Copy for PowerShell"))));
}
