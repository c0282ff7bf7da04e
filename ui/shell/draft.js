// What was typed survives a reload, also the one Gradio does when the app was away.
const DRAFT = "stepglass-draft";
const text = (field) => document.querySelector(`#field-${field} textarea`)?.value ?? "";
window.addEventListener("pagehide", () => {
  try { sessionStorage.setItem(DRAFT, JSON.stringify([text("prompt"), text("negative_prompt")])); } catch { /* private window */ }
});
/** The prompt and the negative prompt as they were before a reload; empty otherwise. */
export function draft() {
  try {
    const again = performance.getEntriesByType("navigation")[0]?.type === "reload";
    const draft = again ? JSON.parse(sessionStorage.getItem(DRAFT)) : null;
    return Array.isArray(draft) ? draft.map(String) : ["", ""];
  } catch { return ["", ""]; }
}
