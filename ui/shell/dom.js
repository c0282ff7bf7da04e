// What every script of the page builds with. Text is only ever set as text.

import { plural } from "./count.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

export const show = (e, on) => { if (e.hidden === Boolean(on)) e.hidden = !on; };

/** Set the text of *e* where it is another. */
export const text = (e, words) => { if (e.textContent !== words) e.textContent = words; };

/**
 * What of *target* or around it matches *selector*, if any.
 * @param {EventTarget | null} target
 * @param {string} selector
 */
export const within = (target, selector) => (target instanceof Element ? target.closest(selector) : null);

export function h(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else if (name === "class") e.className = value;
    else if (value === true) e.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) e.setAttribute(name, String(value));
  }
  e.append(...children.filter((c) => c !== null && c !== undefined && c !== "" && c !== false));
  return e;
}

// An answer of the app's, or a sentence why there is none.
export async function ask(call) {
  try {
    const answer = await call();
    if (answer?.error) answer.error = said(answer.error);
    return answer || { error: t("The app gave no answer: try again.") };
  } catch {
    return { error: t("The app cannot be reached: try again in a moment.") };
  }
}

const NS = "http://www.w3.org/2000/svg";
const PATHS = {
  heart: "M10 16.5S3.2 12.6 3.2 7.9A3.7 3.7 0 0 1 10 5.9a3.7 3.7 0 0 1 6.8 2c0 4.7-6.8 8.6-6.8 8.6z",
  star: "M10 2.8l2.2 4.7 5 .6-3.7 3.5 1 5-4.5-2.5-4.5 2.5 1-5L2.8 8.1l5-.6z",
  check: "M5 10.5l3.3 3.3L15 7",
  close: "M5 5l10 10M15 5L5 15",
  down: "M10 3.5v9M6 9l4 4 4-4M4 16.5h12",
  up: "M10 16V4.500M5.500 9L10 4.500L14.500 9",
  out: "M10 12V3.500M6.500 6.800L10 3.500l3.500 3.300M4 10.500v6h12v-6",
  tag: "M3.5 9.2V4.3c0-.5.3-.8.8-.8h4.9l7.3 7.3-5.7 5.7zM6.9 6.9h.01",
  folder: "M3 6a1.5 1.5 0 0 1 1.5-1.5h3L9 6.2h6.5A1.5 1.5 0 0 1 17 7.7v6.8a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 14.5z",
  bin: "M3.8 5.8h12.4M8 5.5V3.8h4v1.7M5.3 5.8l.7 10.4h8l.7-10.4",
  again: "M15.8 8.2A6 6 0 1 0 16 11M16 4.6v3.8h-3.8",
  form: "M4 5h12M4 10h7M4 15h4M13 13.2l2.6-2.6 1.6 1.6-2.6 2.6H13z",
  compare: "M10 3v14M4 5.5h3.5M4 14.5h3.5M12.5 5.5H16M12.5 14.5H16M4 5.5v9M16 5.5v9",
  restore: "M4.2 8.2A6 6 0 1 1 4 11M4 4.6v3.8h3.8",
  filter: "M3 5h14M6 10h8M8.5 15h3",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  screen: "M3.5 7V3.5H7M13 3.5h3.5V7M16.5 13v3.5H13M7 16.5H3.5V13",
  batch: "M7 3.5h9.5V13M3.5 7H13v9.5H3.5z",
  fold: "M5 10h10",
  search: "M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.4 13.4L17 17",
};
export function icon(name) {
  const svg = document.createElementNS(NS, "svg"), path = document.createElementNS(NS, "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "sg-icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

// Five stars; pressing the one that is set takes the rating away.
export function stars(label, set) {
  const all = [1, 2, 3, 4, 5].map((n) =>
    h(
      "button",
      {
        type: "button",
        class: "sg-star",
        "aria-label": `${plural(n, "star")}`,
        "aria-pressed": "false",
        onclick: () => set(n === box.value ? 0 : n),
      },
      icon("star"),
    ),
  );
  const box = h("span", { class: "sg-stars", role: "group", "aria-label": label }, ...all);
  box.value = 0;
  box.show = (rating) => {
    box.value = rating || 0;
    all.forEach((b, n) => {
      b.dataset.on = String(n < box.value);
      b.setAttribute("aria-pressed", String(n + 1 === box.value));
    });
  };
  return box;
}

// Asks before what cannot be undone; true where it was confirmed.
export function confirm(title, sentence, yes) {
  return new Promise((done) => {
    const dialog = h("dialog", { class: "sg-confirm", "aria-label": title },
      h("h2", {}, title), h("p", {}, sentence),
      h("div", { class: "sg-confirm-buttons" },
        h("button", { type: "button", class: "sg-button", autofocus: true, onclick: () => dialog.close() }, t("Cancel")),
        h("button", { type: "button", class: "sg-button sg-danger", onclick: () => dialog.close("yes") }, yes)));
    dialog.addEventListener("close", () => { dialog.remove(); done(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * Let a press beside the modal *dialog* do *close*. It begins and ends beside it: a drag out of a text or
 * off a slider, which browsers tell as a press of the dialog, is none.
 * @param {HTMLDialogElement} dialog
 * @param {() => void} [close]
 */
export function closesBeside(dialog, close = () => dialog.close()) {
  const isBeside = (/** @type {MouseEvent} */ { target, clientX, clientY }) => {
    const { left, top, right, bottom } = dialog.getBoundingClientRect();
    return target === dialog && (clientX < left || clientX > right || clientY < top || clientY > bottom);
  };
  let began = false;
  dialog.addEventListener("pointerdown", (e) => { began = isBeside(e); });
  dialog.addEventListener("click", (e) => { if (began && isBeside(e)) close(); });
}

/** Gather the elements of *root* that have a data-ref into *into*, by that. */
export function refs(into, root) {
  root.querySelectorAll("[data-ref]").forEach((e) => {
    into[e.dataset.ref] = e;
  });
}
