// A text box over a list of names, by the ARIA pattern: typing finds any part of a name, arrows walk,
// Enter and Tab take. The focus stays in the box. Of however many names only those in sight are drawn.

import { picture } from "../faces/picture.js";
import { grouped } from "./count.js";
import { h, show } from "./dom.js";
import { headed, matching } from "./names.js";
import { t } from "../words/words.js";

const ROW = 40;       // pixels of a row, as in combobox.css
const LEAP = 7;       // rows that PageUp and PageDown pass
const TALLEST = 280;  // pixels of the list
const LEAST = 3 * ROW;
const EDGES = 48;     // pixels that it needs beside its rows
/** @type {(name: string) => import("../faces/card_rows.js").Face | undefined} */
const unknown = () => undefined;
const none = (/** @type {string} */ _name) => "";
const COUNTED = 20;   // from how many names on their number is said

/** @typedef {import("./names.js").Row} Row */
/**
 * @typedef {object} Wanted
 * @property {string} id  of the box
 * @property {string} label
 * @property {() => readonly string[] | Promise<readonly string[]>} names
 * @property {(name: string) => void} take  what is done with a choice
 * @property {(name: string) => string} [tag]  what stands beside a name
 * @property {(name: string) => string} [group]  the heading that a name stands under
 * @property {(name: string) => import("../faces/card_rows.js").Face | undefined} [face]  what is known of a name
 * @property {boolean} [free]  whether a name that is not in the list is taken, too
 * @property {string} [placeholder]  what stands in the empty box
 * @property {boolean} [pick]  whether nothing is taken but what is chosen, however it is typed
 * @property {(name: string) => string} [hint]  what is said of a name where the mouse rests on it
 */

/** @param {Wanted} wanted */
export function combobox({
  id, label, names, take, tag = none, face = unknown, group = none, free = false, placeholder = "", pick = false,
  hint = none,
}) {
  let value = "", all = /** @type {readonly string[]} */ ([]), at = -1, typed = false;
  let rows = /** @type {Row[]} */ ([]), places = /** @type {number[]} */ ([]), some = 0;
  let asked = 0;        // the last time that the list was wanted: what was wanted before is not drawn
  const inside = h("div", { class: "combo-rows", role: "presentation" });
  const listId = `${id}-list`;
  // A list that scrolls would be a stop of Tab in Chromium, and lose the focus as it is hidden.
  const list = h("div",
    { class: "combo-list", role: "listbox", id: listId, "aria-label": label, tabindex: "-1" }, inside);
  const count = h("p", { class: "combo-count", role: "status" });
  const keepFocus = (/** @type {Event} */ e) => e.preventDefault();
  const popup = h("div", { class: "combo-popup", hidden: true, onmousedown: keepFocus }, list, count);
  const input = h("input", {
    id, type: "text", class: "combo-input", role: "combobox", "aria-label": label, autocomplete: "off", placeholder,
    spellcheck: "false", autocapitalize: "none", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": listId, onfocus: () => input.select(), onclick: () => open(typed ? input.value : ""),
    oninput: write, onkeydown: keys, onblur: leave,
  });
  const element = h("div", { class: "combo" }, input, popup);

  const set = (/** @type {string} */ name) => { value = input.value = input.title = name; };
  // A value that comes from elsewhere never takes away what somebody is typing.
  const arrive = (/** @type {string} */ name) => { if (typed) value = name; else set(name); };
  const isOpen = () => !popup.hidden;
  const isName = (/** @type {Row} */ row) => row !== undefined && "name" in row;

  async function open(query = "") {
    const mine = asked += 1, found = names();
    all = found instanceof Promise ? (told(t("Loading…")), await found) : found;
    if (mine !== asked || document.activeElement !== input) return;
    rows = headed(matching(all, query), group);
    at = rows.findIndex((row) => ("name" in row) && (query ? true : row.name === value));
    some = 0;
    places = rows.map((row) => (isName(row) ? (some += 1) : some));
    told(!some ? t("Nothing found.") : all.length > COUNTED ? t("{n} of {count}", { n: grouped(some), count: grouped(all.length) }) : "");
    inside.style.height = `${rows.length * ROW}px`;
    lay();
    reveal();
  }

  // Beneath the box, or above it where there is more room; no taller than that room.
  function lay() {
    const { top, bottom } = input.getBoundingClientRect(), below = innerHeight - bottom;
    const tall = Math.min(TALLEST, rows.length * ROW), isAbove = below < tall + EDGES && top > below;
    popup.dataset.above = String(isAbove);
    list.style.maxHeight = `${Math.max(LEAST, Math.min(TALLEST, (isAbove ? top : below) - EDGES))}px`;
  }

  function told(sentence) {
    count.textContent = sentence;
    show(count, Boolean(sentence));
    show(popup, true);
    input.setAttribute("aria-expanded", "true");
  }

  function close() {
    asked += 1;
    show(popup, false);
    typed = false;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function draw() {
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - 2);
    const last = Math.min(rows.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + 2);
    inside.replaceChildren(...rows.slice(first, last).map((row, n) => drawn(row, first + n)));
    const active = inside.querySelector(".combo-at");
    if (active) input.setAttribute("aria-activedescendant", active.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function drawn(/** @type {Row} */ row, n) {
    const style = `top: ${n * ROW}px`;
    if (!("name" in row)) return h("div", { class: "combo-folder", role: "presentation", style }, row.folder);
    return h("div", {
      class: `combo-name${n === at ? " combo-at" : ""}${row.folder ? " combo-inner" : ""}`,
      role: "option", id: `${id}-${n}`, style, title: hint(row.name) || row.name, "aria-label": row.name,
      "aria-selected": String(row.name === value), "aria-posinset": places[n], "aria-setsize": some,
      onclick: () => choose(row.name),
    }, ...pictured(row.name), h("span", {}, row.base || "–"), ...tagged(row.name));
  }

  function pictured(/** @type {string} */ name) {
    const known = face(name);
    return known ? [picture(known, "face-small")] : [];
  }

  const tagged = (/** @type {string} */ name) => (tag(name) ? [h("span", { class: "combo-tag" }, tag(name))] : []);

  // Scrolls as little as brings the active row into sight.
  function reveal() {
    const top = Math.max(0, at) * ROW, tall = list.clientHeight;
    if (at < 0 || top < list.scrollTop) list.scrollTop = Math.max(0, top - ROW);
    else if (top + ROW > list.scrollTop + tall) list.scrollTop = top + 2 * ROW - tall;
    draw();
  }

  function step(by) {
    const way = Math.sign(by);
    let to = Math.max(-1, Math.min(rows.length, at + by));
    while (to >= 0 && to < rows.length && !isName(rows[to])) to += way;
    if (isName(rows[to])) at = to;
    else at = way > 0 ? rows.findLastIndex(isName) : rows.findIndex(isName);
    reveal();
  }

  function choose(name) {
    const is = name !== value;
    set(name);
    close();
    input.focus();
    if (is) take(name);
  }

  function write() {
    typed = true;
    const name = input.value;
    if (!pick && all.includes(name) && name !== value) { value = name; take(name); }
    open(name);
  }

  // What was typed and not chosen: the one name that it can mean, else itself or nothing.
  function leave() {
    if (pick) set("");
    else if (typed && input.value !== value) {
      const wanted = input.value.trim(), fit = matching(all, wanted).map(({ name }) => name);
      const same = fit.find((name) => name.toLowerCase() === wanted.toLowerCase());
      const name = same || (wanted && fit.length === 1 ? fit[0] : free ? wanted : value);
      const is = name !== value;
      set(name);
      if (is) take(name);
    }
    close();
  }

  const active = () => (isOpen() && isName(rows[at]) ? /** @type {any} */ (rows[at]).name : null);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: LEAP, PageUp: -LEAP };

  function enter(e) {
    if (e.ctrlKey || e.metaKey) { leave(); return; }  // and the page's own key presses Generate
    if (!isOpen()) return;
    e.preventDefault();
    if (active() === null) leave(); else choose(active());
  }

  function escape(e) {
    if (!isOpen()) return;
    e.stopPropagation();
    e.preventDefault();  // or a dialog around it would close, too
    set(value);
    close();
  }

  function keys(e) {
    if (e.key === "Enter") enter(e);
    else if (e.key === "Escape") escape(e);
    else if (e.key === "Tab" && typed && active() !== null) choose(active());
    else if (e.key in steps && !e.ctrlKey && !e.metaKey) {
      e.preventDefault();
      if (isOpen()) step(steps[e.key]); else open();
    }
  }

  list.addEventListener("scroll", draw, { passive: true });
  // Empty again, and open for another choice where somebody is still there.
  const clear = () => { set(""); if (document.activeElement === input) open(); };
  return { element, input, set: arrive, clear };
}
