// The header. `value` is what ui/shell/header.py makes; text is only ever set as text.

import { refs } from "./dom.js";
import { filled } from "./draft.js";
import { emit, on } from "./events.js";
import { drawAbout, setUp as setUpAbout } from "./header_about.js";
import { $, host } from "./header_host.js";
import { drawWho, setUp as setUpPeople } from "./header_people.js";
import { said } from "../words/said.js";

let key = "";

function entry(server) {
  const item = document.createElement("li");
  const dot = document.createElement("i");
  const name = document.createElement("strong");
  const words = document.createElement("span");
  item.dataset.kind = server.kind;
  if (server.demo) item.className = "top-demo";
  item.title = [server.url, said(server.more)].filter(Boolean).join("\n");
  dot.setAttribute("aria-hidden", "true");
  name.textContent = server.demo ? said(server.name) : server.name;
  words.textContent = said(server.words);
  item.append(dot, name, words);
  return item;
}

// A page that is open for long learns that its choices are old; one that has just come has read
// them itself, unless it found nothing.
let offers = "", isFilled = false;
filled.then(() => { isFilled = true; });
const lacks = () =>
  document.querySelector("#choices-note")?.textContent.trim() ||
  !(/** @type {HTMLInputElement} */ (document.querySelector("#field-checkpoint input"))?.value);
function compare(now) {
  if (!now || now === offers || !isFilled) return;
  if (offers || lacks()) { host.trigger("offers", {}); emit("offers"); }
  offers = now;
}

const tellOwn = (v) => emit("own", { person: `${v.who.kind}:${v.who.name}`, ...v.own });

function draw(v) {
  if (!v.servers) return;
  compare(v.offers);
  drawWho(v.who);
  drawAbout(v);
  tellOwn(v);
  const now = JSON.stringify(v.servers.map(({ heard, ...rest }) => rest));
  if (now === key) return;
  key = now;
  $.servers.replaceChildren(...v.servers.map(entry));
}

function setUp() {
  on("latecomer", () => { if (host.props.value?.servers) tellOwn(host.props.value); });
  host.watch("value", () => draw(host.props.value || {}));
  if (host.props.value) draw(host.props.value);
}

/** Begin on the page, with what Gradio gives. @param {import("./host.js").Host} given */
export function mount(given) {
  Object.assign(host, given);
  refs($, host.element);
  setUp();
  setUpPeople();
  setUpAbout();
}
