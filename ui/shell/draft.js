// What was typed survives a reload, also the one that there is when the app was away.
const DRAFT = "stepglass-draft";
const FIELDS = "#generate-grid [id^=field-]";
const typed = "textarea, input[type=text], input[type=number], input:not([type])";
function fields() {
  /** @type {Record<string, string>} */
  const found = {};
  for (const box of document.querySelectorAll(FIELDS)) {
    const input = /** @type {HTMLInputElement | null} */ (box.querySelector(typed));
    if (input) found[box.id.slice(6)] = input.value;
  }
  return found;
}
window.addEventListener("pagehide", () => {
  try {
    const now = fields();
    if (now.checkpoint || now.prompt) sessionStorage.setItem(DRAFT, JSON.stringify(now));
  } catch {
    /* private window */
  }
});
/** The form's fields as they were before a reload, as JSON; empty otherwise. */
export function draft() {
  try {
    const [loaded] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    return (loaded?.type === "reload" && sessionStorage.getItem(DRAFT)) || "";
  } catch { return ""; }
}
