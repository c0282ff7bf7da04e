// The dialog about suggestions: whether there are any, and the person's own list of tags.

import { grouped } from "../shell/count.js";
import { ask, closesBeside, show, text } from "../shell/dom.js";
import { once } from "../shell/once.js";
import { toast } from "../shell/toast.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";
import { keep, options } from "./options.js";

const ADDRESS = "api/tags";
const at = (more = "") => new URL(ADDRESS + more, document.baseURI);

/** @typedef {{ name: string, rows: number }} Kept  a list of tags: the file's name, and how many there are */

/** The app's answer to a request as JSON, or a sentence. @returns {Promise<any>} */
const sent = (method, body, more = "") => ask(async () => {
  const answer = await fetch(at(more), { method, body });
  return answer.json();
});

/**
 * @param {Record<string, any>} $  elements of the template by their data-ref
 * @param {() => Promise<any>} names  asks the app what there is
 * @param {() => void} renewed  another list is there now
 */
export function tagList($, names, renewed) {
  function draw(/** @type {Kept | null} */ kept) {
    show($.remove, Boolean(kept));
    text($.choose, kept ? t("Choose another CSV file…") : t("Choose a CSV file…"));
    text($.tags, kept
      ? t("{count} tags from {name}", { count: grouped(kept.rows), name: kept.name })
      : t("None yet. A list has lines of name,category,count,\"alias,alias\", as Danbooru's do."));
  }

  function refused(/** @type {string} */ sentence) {
    text($.wrong, sentence ? said(sentence) : "");
    show($.wrong, Boolean(sentence));
  }

  /** @param {Blob} file @param {string} name */
  async function bring(file, name) {
    refused("");
    text($.tags, t("Reading…"));
    const answer = await sent("POST", file, `?name=${encodeURIComponent(name)}`);
    if (answer.error) {
      refused(answer.error);
      return look();
    }
    renewed();
    return draw(answer);
  }

  const remove = once(async () => {
    const before = await ask(async () => ({ file: await (await fetch(at())).blob() }));
    const { tags } = await names(), answer = await sent("DELETE");
    if (before.error || answer.error) { refused(before.error || answer.error); return; }
    renewed();
    draw(null);
    toast(t("The list of tags was removed."), t("Undo"), () => bring(before.file, tags?.name || ""));
  });

  async function look() {
    const told = await names();
    if (told.error) refused(told.error); else draw(told.tags);
  }

  $.on.checked = options.on;
  $.spaces.checked = options.spaces;
  $.on.onchange = () => keep({ on: $.on.checked });
  $.spaces.onchange = () => keep({ spaces: $.spaces.checked });
  $.open.onclick = () => { refused(""); $.dialog.showModal(); look(); };
  $.close.onclick = () => $.dialog.close();
  $.choose.onclick = () => $.file.click();
  $.remove.onclick = remove;
  $.file.onchange = () => {
    const [file] = $.file.files;
    $.file.value = "";
    if (file) bring(file, file.name);
  };
  closesBeside($.dialog);
}
