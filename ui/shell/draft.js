// What was typed survives a reload, also the one Gradio does when the app was away.
const DRAFT = "stepglass-draft";
const text = (field) =>
  /** @type {HTMLTextAreaElement} */ (document.querySelector(`#field-${field} textarea`))?.value ?? "";
window.addEventListener("pagehide", () => {
  try {
    sessionStorage.setItem(DRAFT, JSON.stringify([text("prompt"), text("negative_prompt")]));
  } catch {
    /* private window */
  }
});
/** The prompt and the negative prompt as they were before a reload; empty otherwise. */
export function draft() {
  try {
    const [loaded] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    const again = loaded?.type === "reload";
    const kept = again ? JSON.parse(sessionStorage.getItem(DRAFT)) : null;
    return Array.isArray(kept) ? kept.map(String) : ["", ""];
  } catch { return ["", ""]; }
}
