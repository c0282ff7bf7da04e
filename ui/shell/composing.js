// While an input method composes (Japanese, Chinese, Korean …), keys are its own: the Enter that
// takes what it suggests sends nothing, the Escape that drops it closes nothing. Kept from every
// handler of the page at once, Gradio's included; the browser still does with the key what it does.

const COMPOSING = 229; // what browsers say of such a key, Safari of that which ends it, too

/**
 * Whether *e* is a key of an input method.
 * @param {KeyboardEvent} e
 */
export const isComposing = (e) => e.isComposing || e.keyCode === COMPOSING;

window.addEventListener("keydown", (e) => { if (isComposing(e)) e.stopImmediatePropagation(); }, true);
