// What is said over everything. It lies in the topmost open dialog, or in what fills the screen: whatever
// is beneath these can neither be seen there nor reached.

/** @type {Set<HTMLElement>} */
const said = new Set();

/** What is on top now. @returns {HTMLElement} */
export function topmost() {
  const dialog = /** @type {HTMLElement | undefined} */ ([...document.querySelectorAll("dialog:modal")].pop());
  const full = /** @type {HTMLElement | null} */ (document.fullscreenElement);
  return full && (!dialog || dialog.contains(full)) ? full : dialog || document.body;
}

function lift() {
  const over = topmost();
  for (const note of said) if (note.parentElement !== over) over.append(note);
}

/** Keep *note* over everything, whatever opens and closes. @param {HTMLElement} note */
export function above(note) {
  said.add(note);
  lift();
}

/** Take *note* away. @param {HTMLElement} note */
export function unsay(note) {
  said.delete(note);
  note.remove();
}

// A dialog that has closed may be taken out of the page at once.
document.addEventListener("close", lift, true);
document.addEventListener("fullscreenchange", lift);
new MutationObserver(lift).observe(document, { subtree: true, attributeFilter: ["open"] });
