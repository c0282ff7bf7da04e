// Why a press was refused: one sentence at the field that it is about.

import { said } from "../words/said.js";

/** Take the sentence away. */
export function clearRefusal() {
  document.querySelectorAll(".field-error").forEach((e) => e.remove());
  document.querySelectorAll("[aria-invalid=true]").forEach((e) => e.removeAttribute("aria-invalid"));
}

/**
 * Put a sentence beneath its field, in place of the one before, and go there; none without a sentence.
 * @param {{ field: string, sentence: string }} refusal
 * @param {HTMLElement | null} place  where it stands if not at the field
 */
export function refuse({ field, sentence }, place) {
  clearRefusal();
  if (!sentence) return;
  const beside = document.getElementById(`field-${field}`) || document.getElementById("generate-buttons");
  const block = /** @type {HTMLElement} */ (place || beside);
  const line = document.createElement("p");
  line.className = "field-error";
  line.id = "field-error";
  line.setAttribute("role", "alert");
  line.textContent = said(sentence);
  (block.closest(".sg-pair") || block).after(line);
  const input = /** @type {HTMLElement | null} */ (block.querySelector("textarea, input"));
  if (!input) {
    line.scrollIntoView({ block: "center" });
    return;
  }
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", "field-error");
  input.focus();
}
