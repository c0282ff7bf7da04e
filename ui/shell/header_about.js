import { closesBeside, h } from "./dom.js";
import { $ } from "./header_host.js";
import { setUpLanguage } from "./language.js";
import { said } from "../words/said.js";

// Help: what the tabs are for, which servers there are, what this is.
let known = { version: "", servers: [] };

/** Note what there is to tell. */
export function drawAbout({ version, servers }) {
  known = { version, servers };
  if ($.helpDialog.open) fill();
}

function fill() {
  $.version.textContent = known.version;
  $.versions.replaceChildren(
    ...known.servers.map(({ name, words, more }) =>
      h("li", {}, h("strong", {}, said(name)), h("span", {}, [said(words), said(more)].filter(Boolean).join(" · ")))));
}

export function setUp() {
  setUpLanguage($.language);
  $.help.onclick = () => { fill(); $.helpDialog.showModal(); };
  $.helpClose.onclick = () => $.helpDialog.close();
  closesBeside($.helpDialog);
}
