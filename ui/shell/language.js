// The switch of languages. What is chosen is a cookie, so that the login page follows it, too; without
// one the app goes by what the browser asks for. See web/http/language.py.

const COOKIE = "stepglass_language", SECONDS = 34_560_000;

const chosen = () => new RegExp(`(?:^|; )${COOKIE}=([\\w-]*)`).exec(document.cookie)?.[1] || "";

function choose(/** @type {string} */ code) {
  // Within another site's frame a browser keeps only what says that it is for there.
  const framed = window.top !== window && location.protocol === "https:";
  const where = framed ? "SameSite=None; Secure; Partitioned" : "SameSite=Lax";
  const path = new URL(document.baseURI).pathname;
  document.cookie = `${COOKIE}=${code}; Path=${path}; Max-Age=${code ? SECONDS : 0}; ${where}`;
  location.reload();
}

/** @param {HTMLSelectElement} select */
export function setUpLanguage(select) {
  select.value = chosen();
  select.onchange = () => choose(select.value);
}
