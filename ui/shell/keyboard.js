// Keys where Gradio has none: arrows walk the tabs, a group of radio buttons is one stop, and a link
// leads past the head of the page.

import { within } from "./dom.js";

const TAB = "#tabs [role=tab]";
let groups = 0;

function tabs() {
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(TAB)]);
  return all.filter((e) => e.offsetParent && !e.closest("[aria-hidden=true]"));
}

// One tab is a stop, the chosen one; the arrows choose among all.
function rove() {
  for (const tab of tabs()) {
    const wanted = tab.getAttribute("aria-selected") === "true" ? 0 : -1;
    if (tab.tabIndex !== wanted) tab.tabIndex = wanted;
  }
}

function walk(e) {
  if (!within(e.target, TAB) || e.altKey || e.ctrlKey || e.metaKey) return;
  const all = tabs(), at = all.indexOf(e.target);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[e.key];
  if (to === undefined) return;
  e.preventDefault();
  const tab = all[(to + all.length) % all.length];
  tab.focus();
  tab.click();
}

// Gradio gives every button a name of its own; with one name they are a group, which browsers know.
function group() {
  for (const box of document.querySelectorAll("fieldset:has(input[type=radio])")) {
    const radios = /** @type {NodeListOf<HTMLInputElement>} */ (box.querySelectorAll("input[type=radio]"));
    const name = radios[0].name;
    if ([...radios].every((radio) => radio.name === name)) continue;
    groups += 1;
    radios.forEach((radio) => { radio.name = `group-${groups}`; });
  }
}

function skip(e) {
  if (!within(e.target, ".sg-skip")) return;
  e.preventDefault();
  const open = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#tabs [role=tabpanel]")])
    .find((panel) => panel.offsetParent);
  if (!open) return;
  open.tabIndex = -1;
  open.focus();
}

document.addEventListener("keydown", walk);
document.addEventListener("click", skip);
const look = new MutationObserver(() => { rove(); group(); });
look.observe(document, { subtree: true, childList: true, attributeFilter: ["aria-selected", "name"] });
