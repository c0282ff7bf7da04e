// One title for two panels: what runs, the first of them, before what has ended, the last.
const titles = new Map();
/** Say *words* of *panel* in the browser's tab; *live* while something runs there. */
export function setTitle(panel, words, live) {
  const before = titles.get(panel);
  if (before && before.words === words && before.live === live) return;
  titles.set(panel, { words, live, at: performance.now() });
  const all = [...titles.values()];
  const shown = all.find((t) => t.live) || all.reduce((a, b) => (b.at > a.at ? b : a));
  document.title = shown.words ? `${shown.words} · Stepglass` : "Stepglass";
}
