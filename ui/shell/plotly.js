// The plotly that Gradio brings, for the Stats tab. Reading it takes a browser longer than the tab takes
// to count: where a mouse points at the tab, or nobody has done anything for a while and nothing
// runs, it is read early.

const ADDRESS = /** @type {HTMLMetaElement} */ (document.querySelector("meta[name=stepglass-plotly]"))?.content || "";
const REST = 4000;       // milliseconds without a key, a click or a turn of the wheel
const spares = navigator.connection && navigator.connection.saveData;
let asked = false, timer = 0;
export const readPlotly = () => {
  if (asked || !ADDRESS || window.Plotly) return;
  asked = true;
  import(new URL(ADDRESS, location.href).href).catch(() => { asked = false; });
};
const isTab = (e) => e.target.closest && e.target.closest("#tab-stats-button");
["pointerover", "focusin"].forEach((name) => document.addEventListener(name, (e) => { if (isTab(e)) readPlotly(); }));
const busy = () => document.hidden || document.querySelector(".live[data-live=true]");
const rest = () => {
  clearTimeout(timer);
  if (!asked)
    timer = setTimeout(() => (busy() ? rest() : (window.requestIdleCallback || setTimeout)(readPlotly)), REST);
};
if (!spares && matchMedia("(pointer: fine)").matches) {
  ["pointerdown", "keydown", "wheel"].forEach((name) => document.addEventListener(name, rest, { passive: true }));
  rest();
}
