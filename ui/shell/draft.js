// What was typed survives a reload, also the one that there is when the app was away; and what is typed
// while the page is still to be filled survives that.

const DRAFT = "stepglass-draft";
const FIELDS = "#generate-grid [id^=field-]";
const PROMPTS = ["prompt", "negative_prompt"];          // can be typed at once; all else waits to be filled
const HELD = "#settings, #field-quality";
const typed = "textarea, input[type=text], input[type=number], input:not([type])";

/** @type {Map<HTMLTextAreaElement, string>} */
const early = new Map();                                // what people typed before the form was filled
let fill = () => {};
/** Once the app has filled the form. @type {Promise<void>} */
export const filled = new Promise((done) => { fill = done; });

function fields() {
  /** @type {Record<string, string>} */
  const found = {};
  for (const box of document.querySelectorAll(FIELDS)) {
    const held = /** @type {HTMLElement | null} */ (box.querySelector("[data-held]"));
    const input = /** @type {HTMLInputElement | null} */ (box.querySelector(typed));
    if (held) found[box.id.slice(6)] = held.dataset.held || "";  // of a list, which no box has whole
    else if (input) found[box.id.slice(6)] = input.value;
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

const prompts = () => /** @type {HTMLTextAreaElement[]} */ (
  PROMPTS.map((name) => document.querySelector(`#field-${name} textarea`)).filter(Boolean));
const hold = (is) => document.querySelectorAll(HELD).forEach((e) => { /** @type {HTMLElement} */ (e).inert = is; });
const note = (e) => { if (prompts().includes(e.target)) early.set(e.target, e.target.value); };

/** Let *field*, one of Gradio's, hold *value*, as if it had been typed. @param {HTMLTextAreaElement} field */
export function type(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The form is asked for: its fields as they were before a reload, as JSON; empty otherwise. */
export function draft() {
  hold(true);
  prompts().filter((field) => field.value).forEach((field) => early.set(field, field.value));
  document.addEventListener("input", note, true);
  try {
    const [loaded] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    return (loaded?.type === "reload" && sessionStorage.getItem(DRAFT)) || "";
  } catch { return ""; }
}

/** The form has been filled. */
export function begin() {
  document.removeEventListener("input", note, true);
  hold(false);
  early.forEach((words, field) => { if (field.value !== words) type(field, words); });
  early.clear();
  fill();
}
