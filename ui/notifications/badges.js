// Numbers on the tabs: what is live on Queue, what is new on Gallery. The style sheet draws them.

import { badge } from "./summary.js";

/** @type {Map<string, { shown: string, words: string }>} */
const wanted = new Map();

const buttons = (tab) => document.querySelectorAll(`#tabs [role=tab][id="tab-${tab}-button"]`);

function draw() {
  wanted.forEach(({ shown, words }, tab) =>
    buttons(tab).forEach((button) => {
      if ((button.getAttribute("data-count") || "") === shown) return;
      if (shown) {
        button.setAttribute("data-count", shown);
        button.setAttribute("title", words);
      } else {
        button.removeAttribute("data-count");
        button.removeAttribute("title");
      }
    }),
  );
}

/** Show *n* on a tab, "queue" or "gallery"; *words* say what it counts. */
export function setBadge(tab, n, words) {
  wanted.set(tab, { shown: badge(n), words });
  draw();
}

/** Whether a tab is the one that is open. */
export const isOpen = (tab) => [...buttons(tab)].some((b) => b.getAttribute("aria-selected") === "true");

// Gradio makes the buttons anew where the window's width changes.
export function watchTabs(changed) {
  const tabs = document.getElementById("tabs");
  if (!tabs) return;
  new MutationObserver(() => { draw(); changed(); }).observe(tabs.firstElementChild || tabs, {
    attributes: true, attributeFilter: ["aria-selected"], childList: true, subtree: true,
  });
}
