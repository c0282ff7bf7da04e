// Copying, which says that it did. Without https there is no clipboard, and some browsers open it only
// while a press is going on, which an answer of the app's comes too late for: an old way may work then,
// and a press of its own always does.

import { topmost } from "./above.js";
import { closesBeside, h } from "./dom.js";
import { toast } from "./toast.js";
import { t } from "../words/words.js";

/** Copy *words*, and say *said*; where the browser does not let us, offer them. */
export async function copyText(words, said) {
  if (await copied(words)) toast(said);
  else offer(words, said);
}

async function copied(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return copiedOf(words);
  }
}

// The old way: what is selected of a field.
function copiedOf(words) {
  const had = /** @type {HTMLElement | null} */ (document.activeElement);
  const field = h("textarea", { class: "sg-copied", "aria-hidden": "true", readonly: true });
  field.value = words;
  topmost().append(field);
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
    had?.focus({ preventScroll: true });
  }
}

function offer(words, said) {
  const field = h("textarea", { class: "sg-offered", rows: "3", readonly: true, "aria-label": t("To copy") });
  field.value = words;
  const dialog = h("dialog", { class: "sg-confirm", "aria-label": t("Copy this") },
    h("h2", {}, t("Copy this")), h("p", {}, t("The browser did not let the page copy it by itself.")), field,
    h("div", { class: "sg-confirm-buttons" },
      h("button", { type: "button", class: "sg-button", onclick: () => dialog.close() }, t("Close")),
      h("button", { type: "button", class: "sg-button sg-primary", onclick: again }, t("Copy"))));
  async function again() {
    if (!(await copied(words))) { field.select(); return; }  // Ctrl C is left
    dialog.close();
    toast(said);
  }
  closesBeside(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  field.select();
}
