// Pictures, drawn by the plotly that Gradio brings (see early.js).

import { readPlotly } from "../shell/plotly.js";
import { icon } from "../shell/dom.js";
import { $, host } from "./host.js";
import { empty, make } from "./base.js";
import { parameters } from "./panels.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

const PATIENCE = 20000;    // milliseconds to wait for plotly
const LOOK_EVERY = 25;
const PNG_WIDTH = 1100;
const drawn = new Map();   // box → {value, name}

function plotly() {
  return new Promise((resolve, reject) => {
    const since = performance.now();
    readPlotly();
    const look = () => {
      if (window.Plotly) resolve(window.Plotly);
      else if (performance.now() - since > PATIENCE) reject(new Error("no plotly"));
      else setTimeout(look, LOOK_EVERY);
    };
    look();
  });
}

// One picture after the other, so that each is seen as soon as it is drawn.
let last = Promise.resolve();
const turn = () => (last = last.then(() => new Promise((resolve) => setTimeout(resolve, 0))));

function ink() {
  const style = getComputedStyle(host.root), of = (name) => style.getPropertyValue(name).trim();
  return { text: of("--sg-text"), quiet: of("--sg-quiet"), line: of("--sg-line"), card: of("--sg-card") };
}

// The page's colours for text and lines.
function themed(value) {
  const c = ink(), layout = structuredClone(value.layout), data = structuredClone(value.data);
  layout.font.color = c.quiet;
  ["xaxis", "yaxis"].forEach((axis) => { layout[axis] = { gridcolor: c.line, linecolor: c.line, ...layout[axis] }; });
  (layout.annotations || []).forEach((note) => { note.font = { color: c.text, size: 12.5 }; });
  layout.hoverlabel = {
    bgcolor: c.card,
    bordercolor: c.line,
    font: { color: c.text, family: layout.font.family },
    align: "left",
  };
  return { data, layout };
}

export async function drawPicture(box, value, sentence, name) {
  box.wanted = value;
  if (!value) {
    if (drawn.delete(box) && window.Plotly) window.Plotly.purge(box);
    box.removeAttribute("role");
    box.removeAttribute("aria-label");
    box.classList.add("stats-nothing");
    return box.replaceChildren(empty(sentence));
  }
  box.style.minHeight = `${value.layout.height}px`;
  let Plotly;
  try {
    Plotly = await plotly();
  } catch {
    return box.replaceChildren(empty(t("The charts' library did not come: reload the page.")));
  }
  await turn();
  if (box.wanted !== value) return; // a newer one came meanwhile
  if (!drawn.has(box)) box.replaceChildren();
  box.classList.remove("stats-nothing");
  drawn.set(box, { value, name });
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", said(value.said));
  const { data, layout } = themed(value);
  await Plotly.react(box, data, layout, { displayModeBar: false, responsive: true });
}

function redraw() {
  drawn.forEach(({ value, name }, box) => drawPicture(box, value, "", name));
}
let dark;

async function asPng(box) {
  const { value, name } = drawn.get(box);
  const { data, layout } = themed(value);
  layout.paper_bgcolor = ink().card;
  layout.font.family = "sans-serif"; // a picture by itself has none of the page's fonts
  layout.margin = { l: 24, r: 24, t: (layout.margin.t || 0) + 56, b: 24 };
  layout.title = {
    text: name,
    x: 0,
    xref: "container",
    xanchor: "left",
    pad: { l: 24 },
    y: 1,
    yref: "container",
    yanchor: "top",
    font: { size: 16, color: ink().text },
  };
  layout.title.pad.t = 20;
  layout.height += 80;
  const file = `stepglass-${box.id.replace("stats-", "")}`;
  await window.Plotly.downloadImage(
    { data, layout, config: {} },
    {
      format: "png",
      scale: 2,
      width: Math.max(box.clientWidth, PNG_WIDTH),
      height: layout.height,
      filename: file,
    },
  );
}

// The small menu of every table and picture.
export function fillMenu(holder) {
  const { menu: question, name, picture, table, tableName } = holder.dataset;
  const box = make("details", "stats-menu"), button = make("summary"), list = make("div", "stats-menu-list");
  const title = holder.closest(".stats-head").querySelector("h2, h3").textContent;
  button.append(icon("down"));
  button.title = t("Download");
  button.setAttribute("aria-label", t("Download: {title}", { title }));
  const fill = () => {
    const items = [];
    if (question) items.push(...files(question, name));
    if (table) items.push(...files(table, tableName));
    const shown = picture && drawn.has($[`${picture}-picture`]);
    if (shown) {
      const png = make("button", "", t("PNG image"));
      png.type = "button";
      png.onclick = () => { box.open = false; asPng($[`${picture}-picture`]); };
      items.push(png);
    }
    list.replaceChildren(...(items.length ? items : [make("p", "sg-note", t("Nothing to download yet."))]));
  };
  box.addEventListener("toggle", () => {
    if (!box.open) return;
    host.root.querySelectorAll(".stats-menu[open]").forEach((other) => { if (other !== box) other.open = false; });
    fill();
  });
  box.append(button, list);
  holder.replaceChildren(box);
}

function files(question, name) {
  return [["csv", "CSV"], ["parquet", "Parquet"]].map(([ending, kind]) => {
    const link = make("a", "", name ? `${name}, ${kind}` : kind);
    link.href = `api/stats/${question}.${ending}?${new URLSearchParams(parameters(question))}`;
    link.download = "";
    link.onclick = () => { link.closest("details").open = false; };
    return link;
  });
}

export function setUp() {
  dark = document.body.classList.contains("dark");
  new MutationObserver(() => {
    const now = document.body.classList.contains("dark");
    if (now === dark) return;
    dark = now;
    redraw();
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  document.addEventListener("click", (e) => {
    host.root.querySelectorAll(".stats-menu[open]").forEach((menu) => {
      if (!menu.contains(e.target)) menu.open = false;
    });
  });
  host.root.addEventListener("keydown", (e) => {
    const open = e.key === "Escape" && host.root.querySelector(".stats-menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
}
