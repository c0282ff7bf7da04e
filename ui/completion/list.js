// The list at the caret. The focus stays in the text box, which says which option is the active one.

import { grouped, plural } from "../shell/count.js";
import { h, show } from "../shell/dom.js";
import { caretOf } from "./caret.js";
import { t } from "../words/words.js";

const EDGE = 8, GAP = 4, WIDE = 380;   // pixels: to the window's edge, to the line, of the list

/** @typedef {import("./sources.js").Suggestion} Suggestion */

const kinds = () => ({
  lora: t("LoRA"), embedding: t("Embedding"), wildcard: t("Wildcard"), style: t("Style"), tag: t("Tag"),
});

export class List {
  #box = h("div", { class: "complete", role: "listbox", id: "complete-list", tabindex: "-1", hidden: true });
  #said = h("p", { class: "sg-hidden", role: "status" });
  /** @type {HTMLTextAreaElement | null} */
  #field = null;
  /** @type {Suggestion[]} */
  #found = [];
  #start = 0;
  #at = -1;
  #take;

  /** @param {(suggestion: Suggestion) => void} take */
  constructor(take) {
    this.#take = take;
    this.#box.setAttribute("aria-label", t("Suggestions"));
    this.#box.addEventListener("mousedown", (e) => e.preventDefault());   // the focus stays where it is
    this.#box.addEventListener("click", (e) => {
      const option = e.target instanceof Element && e.target.closest("[role=option]");
      if (option) this.#take(this.#found[Number(/** @type {HTMLElement} */ (option).dataset.n)]);
    });
  }

  get isOpen() { return !this.#box.hidden; }

  /** The one that is chosen, if any. */
  get active() { return this.isOpen ? this.#found[this.#at] : undefined; }

  /**
   * Show what was *found* for what begins at *start* in *field*; the first one is chosen where *first*.
   * @param {HTMLTextAreaElement} field
   * @param {number} start
   * @param {Suggestion[]} found
   */
  open(field, start, found, first) {
    if (this.#field !== field) this.close();
    this.#field = field;
    this.#found = found;
    this.#start = start;
    this.#at = first ? 0 : -1;
    const home = field.closest("dialog") || document.body;
    if (this.#box.parentElement !== home) home.append(this.#box, this.#said);
    const titles = kinds();
    this.#box.replaceChildren(...found.map((one, n) => this.#option(one, n, titles)));
    this.#box.scrollTop = 0;
    show(this.#box, true);
    this.#place();
    field.setAttribute("aria-controls", this.#box.id);
    field.setAttribute("aria-autocomplete", "list");
    this.#mark();
    this.#said.textContent = plural(found.length, "suggestion");
  }

  close() {
    if (!this.isOpen) return;
    show(this.#box, false);
    this.#box.replaceChildren();
    this.#said.textContent = "";
    this.#field?.removeAttribute("aria-activedescendant");
    this.#field?.removeAttribute("aria-controls");
    this.#at = -1;
  }

  /** The line that is written may have moved: stay beside it. */
  follow() {
    if (this.#field?.isConnected) this.#place();
    else this.close();
  }

  /** Choose the next or last one, or none of them. @param {number} by */
  step(by) {
    const many = this.#found.length + 1;
    this.#at = ((this.#at + 1 + by + many) % many) - 1;
    this.#mark();
  }

  #option(/** @type {Suggestion} */ { name, leads, kind, count }, n, titles) {
    const said = leads ? t("{alias}: {tag}", { alias: leads, tag: name }) : name;
    return h("div",
      { class: "complete-one", role: "option", id: `complete-${n}`, "data-n": n, "aria-selected": "false" },
      h("span", { class: "complete-name" }, said),
      h("span", { class: "complete-kind" }, titles[kind] || kind, count ? ` · ${grouped(count)}` : ""));
  }

  #mark() {
    [...this.#box.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === this.#at)));
    const active = this.#box.children[this.#at];
    if (!active) { this.#field.removeAttribute("aria-activedescendant"); return; }
    this.#field.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  }

  // Beneath the line that is written, or above it where there is more room.
  #place() {
    const { left, top, bottom } = caretOf(this.#field, this.#start), style = this.#box.style;
    const below = innerHeight - bottom - EDGE - GAP, above = top - EDGE - GAP;
    const wide = Math.min(WIDE, innerWidth - 2 * EDGE);
    style.width = `${wide}px`;
    style.left = `${Math.max(EDGE, Math.min(left, innerWidth - wide - EDGE))}px`;
    const isAbove = below < Math.min(160, above);
    style.maxHeight = `${Math.max(96, Math.min(296, isAbove ? above : below))}px`;
    style.top = isAbove ? "auto" : `${bottom + GAP}px`;
    style.bottom = isAbove ? `${innerHeight - top + GAP}px` : "auto";
  }
}
