// A menu at a button or at the pointer, over whatever dialog is open. Text is only ever set as text.

import { h } from "./dom.js";

const EDGE = 8;              // pixels between the menu and the screen's edges
let shut = () => {};         // puts away the menu that is open

/**
 * Open a menu of *items*, null for a line between them; the one that is chosen does its `act`.
 * @param {({ label: string, title?: string, act: () => void } | null)[]} items
 * @param {{ left: number, top: number, bottom: number }} at  what it opens at, pixels of the screen
 * @param {string} label
 */
export function openMenu(items, at, label) {
  shut();
  const before = /** @type {HTMLElement} */ (document.activeElement);
  const buttons = items.map((item) =>
    item
      ? h("button", {
          type: "button", role: "menuitem", tabindex: -1, title: item.title,
          onclick: () => { shut(); item.act(); },
        }, item.label)
      : h("hr", {}));
  const menu = h("div", { class: "sg-menu", role: "menu", "aria-label": label, popover: "manual" }, ...buttons);
  // A popover that the browser dismisses would go as the button is let go that opened it.
  const away = (e) => { if (!menu.contains(e.target)) shut(); };
  shut = () => {
    shut = () => {};
    document.removeEventListener("pointerdown", away, true);
    const had = menu.contains(document.activeElement);
    menu.remove();
    if (had && before?.isConnected) before.focus({ preventScroll: true });
  };
  document.addEventListener("pointerdown", away, true);
  menu.addEventListener("keydown", walked);
  const over = [...document.querySelectorAll("dialog[open]")].pop() || document.body;
  over.append(menu);
  menu.showPopover();
  place(menu, at);
  menu.querySelector("button")?.focus({ preventScroll: true });
}

function place(menu, { left, top, bottom }) {
  const { width, height } = menu.getBoundingClientRect();
  const below = bottom + height + EDGE <= innerHeight || top < height + EDGE;
  menu.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  menu.style.top = `${Math.max(EDGE, Math.min(below ? bottom : top - height, innerHeight - height - EDGE))}px`;
}

// A menu is one stop of Tab; arrows walk in it.
function walked(e) {
  const all = [...e.currentTarget.querySelectorAll("button")], here = all.indexOf(document.activeElement);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[e.key];
  e.stopPropagation();
  if (e.key === "Tab") shut();
  if (e.key === "Escape") { e.preventDefault(); shut(); }
  if (to === undefined) return;
  e.preventDefault();
  all[(to + all.length) % all.length].focus();
}
