// News of one's own jobs: asked for when the header says that there is any, then followed.

import { plural } from "../shell/count.js";
import { emit, on } from "../shell/events.js";
import { onUse, setTitle } from "../shell/title.js";
import { tell } from "./alerts.js";
import { Asking } from "./asking.js";
import { isOpen, setBadge, watchTabs } from "./badges.js";
import { keep, kept, setPerson } from "./storage.js";
import { markOf, messageOf, sum, titleOf } from "./summary.js";
import { t } from "../words/words.js";

const LATE = 600;             // seconds between two ends that may be told in the other order

/** @param {import("../shell/host.js").Host} host */
export function follow(host) {
  let loaded = 0;             // the app's time when the page came
  let now = 0;                // the app's time when it was heard of last
  const asking = new Asking();
  let order = [0, 0];
  let fresh = 0;
  const told = new Set();     // presses whose end this page has told
  const finishedOf = new Map();   // by press: how many of its jobs are known to have finished
  let unseen = [];            // ends since the person last used the page

  const ask = () => {
    host.trigger("news", { since: String(loaded), seen: String(kept("seen") || loaded) });
  };

  function see() {
    if (!loaded || document.hidden || !isOpen("gallery")) return;
    keep("seen", now);
    fresh = 0;
    setBadge("gallery", 0, "");
  }

  function counted(v) {
    setBadge("queue", v.live, t("{jobs} running or waiting", { jobs: plural(v.live, "job") }));
    fresh = v.presses.reduce((all, press) => all + press.fresh, 0);
    setBadge("gallery", fresh, `${plural(fresh, "new image")}`);
    see();
  }

  function ends(v) {
    const over = v.presses.filter((press) => press.over && press.at > loaded && !told.has(press.press));
    over.forEach((press) => {
      told.add(press.press);
      unseen.push(press);
      const [title, body] = messageOf(press);
      tell(press.press, title, body);
    });
    // A live panel says itself how what it shows has ended.
    if (over.some((press) => !document.querySelector(`.live[data-job="${CSS.escape(press.press)}"]`))) {
      const all = sum(unseen);
      setTitle("news", { words: titleOf(all), live: false, mark: markOf(all) });
    }
    loaded = Math.max(loaded, ...over.map((press) => press.at - LATE));
  }

  // Told once more has finished than was known.
  function grown(v) {
    const is = v.presses.some(({ press, finished }) => finished > (finishedOf.get(press) || 0));
    v.presses.forEach(({ press, finished }) => finishedOf.set(press, finished));
    if (is) emit("made");
  }

  function draw(v) {
    if (!v.order || v.order[0] < order[0] || (v.order[0] === order[0] && v.order[1] <= order[1])) return;
    order = v.order;
    now = Math.max(now, v.now);
    asking.answered(v.live, performance.now());
    counted(v);
    grown(v);
    ends(v);
  }

  on("own", ({ detail }) => {
    setPerson(detail.person);
    now = detail.now;
    if (!loaded) {
      loaded = detail.now;
      if (!kept("seen")) keep("seen", loaded);
    }
    if (asking.wants(detail, performance.now())) ask();
  });
  on("over", () => {
    if (!loaded) return;
    asking.asked(performance.now());
    ask();
  });
  onUse(() => { unseen = []; });
  document.addEventListener("visibilitychange", see);
  watchTabs(see);
  host.watch("value", () => draw(host.props.value || {}));
}
