// Where one is on the page, kept in the browser's history: the tab, and how many dialogs lie open over
// it. Back closes what is open, then leads to the tab before. Nothing has to say that it opens or
// closes: dialogs and tabs are watched. The address, which scripts change as they go, is nobody's place:
// it is changed by `rename`, and stays as it is while a dialog is closed.

const GALLERY = { hash: "#gallery", tab: "tab-gallery-button" };
const TABS = "#tabs [role=tab]";
const DIALOG = "dialog:modal";

let here = location.href;   // the address, as it was named last
let leaving = false;        // on the way to the entry beneath, because something was closed otherwise
let isSettled = false;      // the tab that the page begins with is known
let focused = document.body;   // what had the focus last

const dialogs = () => [...document.querySelectorAll(DIALOG)];
const chosen = () => document.querySelector(`${TABS}[aria-selected=true]`)?.id || "";
const place = () => ({ tab: chosen(), open: dialogs().length });
const kept = () => /** @type {{ tab?: string, open?: number }} */ (history.state?.place || {});
const stateOf = (/** @type {object} */ now) => ({ ...history.state, place: now });

/** Give the page another address, at the place where it is. @param {string | URL} url */
export function rename(url) {
  history.replaceState(history.state, "", url);
  here = location.href;
}

// Let the history say what is so: an entry more for what was opened, one less for what was closed.
function settle() {
  const now = place(), before = kept();
  if (!now.tab || leaving || !isSettled) return;
  if (before.tab !== now.tab) {
    // What was open there is closed by now: its entry is used again.
    if (before.open) history.replaceState(stateOf(now), "");
    else history.pushState(stateOf(now), "");
  } else if (now.open > (before.open || 0)) {
    for (let open = (before.open || 0) + 1; open <= now.open; open += 1)
      history.pushState(stateOf({ tab: now.tab, open }), "");
  } else if (now.open < (before.open || 0)) {
    leaving = true;
    history.go(now.open - before.open);
  }
}

// Going through the history, a browser looks for what the address names, and takes the focus away.
function keepFocus() {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) focused.focus({ preventScroll: true });
  });
}

function wentTo() {
  keepFocus();
  const before = kept(), now = place();
  if (before.tab === now.tab || leaving) rename(here);
  here = location.href;
  if (leaving) { leaving = false; settle(); return; }
  if (!isSettled) return;
  if (!before.tab) { arrive(now); return; }
  dialogs().slice(before.open || 0).reverse().forEach((e) => /** @type {HTMLDialogElement} */ (e).close());
  if (before.open > now.open) history.replaceState(stateOf({ ...before, open: now.open }), "");  // Forward opens none
  if (before.tab !== now.tab) document.getElementById(before.tab)?.click();
}

// Somebody gave this tab another address: it is a place of its own, with nothing open.
function arrive(now) {
  const tab = location.hash.startsWith(GALLERY.hash) ? GALLERY.tab : now.tab;
  history.replaceState(stateOf({ tab, open: 0 }), "");
  dialogs().reverse().forEach((e) => /** @type {HTMLDialogElement} */ (e).close());
  if (tab !== now.tab) document.getElementById(tab)?.click();
}

// A reload comes back to the tab it was at, an address to its search.
function begin() {
  const wanted = location.hash.startsWith(GALLERY.hash) ? GALLERY.tab : kept().tab;
  const look = new MutationObserver(() => {
    if (!chosen()) return;
    look.disconnect();
    const tab = wanted && wanted !== chosen() ? document.getElementById(wanted) : null;
    tab?.click();
    history.replaceState(stateOf({ tab: tab ? tab.id : chosen(), open: 0 }), "");
    isSettled = true;
  });
  look.observe(document, { childList: true, subtree: true });
}

new MutationObserver(settle).observe(document, { subtree: true, attributeFilter: ["open", "aria-selected"] });
document.addEventListener("focusin", (e) => { focused = /** @type {HTMLElement} */ (e.target); });
window.addEventListener("popstate", wentTo);
history.scrollRestoration = "manual";   // each tab keeps its own place; the height of another is not there yet
begin();
