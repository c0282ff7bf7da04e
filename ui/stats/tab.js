// The tab: what is asked when, and only while it is in sight.
const AT_ONCE = 3;         // questions on the way together, after what is above the fold
const SERVERS_EVERY = 2000; // milliseconds between looks at the servers
const TYPED = 250;         // milliseconds after the last key in a field of numbers
const FIRST = "overview", NEXT = ["hours", "trend"]; // above the fold
const THEN = ["speed", "spent", "cold", "fall", "whatif", "forecasts", "failed", "examples"];
let inSight = false;
let asking = false;        // the servers
let round = 0;

async function load(name) {
  const panel = panels[name], box = boxes[name], mine = (panel.asked = (panel.asked || 0) + 1);
  box.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => { box.dataset.slow = ""; }, SLOW);
  const answer = await ask(() => server[`st_${name}`]({ days, offset: offset(), ...(panel.given ? panel.given() : {}) }));
  clearTimeout(slow);
  if (mine !== panel.asked) return;
  delete box.dataset.slow;
  box.removeAttribute("aria-busy");
  problem(box, answer.error || "");
  if (answer.error) return;
  box.dataset.drawn = "";
  await panel.draw(answer);
}

function problem(box, sentence) {
  const known = box.querySelector(":scope > .stats-problem:not([data-ref])") || make("p", "stats-problem");
  if (!sentence) return known.remove();
  known.textContent = sentence;
  known.setAttribute("role", "alert");
  box.append(known);
}

async function refresh() {
  const mine = (round += 1);
  const first = load(FIRST);
  NEXT.forEach(load);
  await first;
  const left = [...THEN];
  const lane = async () => { while (left.length && mine === round) await load(left.shift()); };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function lookAtServers() {
  if (asking) return;
  asking = true;
  while (inSight && !document.hidden) {
    await load("servers");
    await new Promise((resolve) => setTimeout(resolve, SERVERS_EVERY));
  }
  asking = false;
}

function waterfall(id) {
  one = id;
  boxes.fall.scrollIntoView({ behavior: "smooth", block: "center" });
  load("fall");
}

// A tab that is hidden has no size, so nothing is drawn there.
new IntersectionObserver((seen) => {
  const now = seen[seen.length - 1].isIntersecting;
  if (now && !inSight) { inSight = true; refresh(); lookAtServers(); }
  inSight = now;
}).observe(root);
document.addEventListener("visibilitychange", lookAtServers);

const PERIODS = [[7, "7 days"], [30, "30 days"], [90, "90 days"], [365, "1 year"], [0, "All time"]];
fillSwitch($.periods, PERIODS, days, (value) => { days = value; unit = ""; refresh(); });
$.nav.append(...[...root.querySelectorAll("[data-nav]")].map((part) => {
  const button = chip(part.dataset.nav);
  button.onclick = () => part.scrollIntoView({ behavior: "smooth" });
  return button;
}));
root.querySelectorAll("[data-menu]").forEach(fillMenu);
$.series.onchange = () => { series = JSON.parse($.series.value); load("trend"); };
$.one.onchange = () => { one = $.one.value; load("fall"); };
$.wish.onsubmit = (e) => { e.preventDefault(); load("whatif"); };
let typing = 0;
$.wish.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(() => load("whatif"), TYPED); });
$["copy-export"].onclick = () => window.stepglassCopy($.export.textContent, "Copied.");

let opened = 0;
function open(v) {
  if (!v.number || v.number <= opened) return;
  opened = v.number;
  one = v.id;
  if (inSight) return waterfall(one);
  const wait = () => (inSight ? waterfall(one) : setTimeout(wait, 50));
  wait();
}
watch("value", () => open(props.value || {}));
open(props.value || {});
