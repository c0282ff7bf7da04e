// What ended while nobody looked at a page of this browser, told once to whoever comes back.

import { ask, show, text, within } from "../shell/dom.js";
import { emit, on } from "../shell/events.js";
import { t } from "../words/words.js";
import { AwayTime, sentence } from "./away_time.js";
import { isOpen } from "./badges.js";
import { keep, kept } from "./storage.js";

const LOOKED = "looked";
const PRESS = "#generate-button, #workflow-generate";

/**
 * @param {Record<string, any>} $  the panel's elements
 * @param {import("../shell/host.js").Host} host
 */
export function missed($, host) {
  const away = new AwayTime();
  let person = "";
  let from = 0;              // from when on counts what is shown; 0 where nothing is
  let tiles = [];
  let isAsking = false;

  const note = () => {
    const until = away.looked(performance.now());
    if (until) keep(LOOKED, Math.max(until, kept(LOOKED) || 0));
  };

  // What is still shown counts on, so that nothing of it is lost nor counted twice.
  function come() {
    if (document.hidden || !away.now) return;
    away.comes(from || kept(LOOKED) || 0);
    note();
    look();
  }

  function leave() {
    note();
    away.inSight = false;
  }

  async function look() {
    const { since } = away;
    if (!since || isAsking || document.hidden) return;
    isAsking = true;
    const answer = await ask(() => host.server.nt_missed({ since }));
    isAsking = false;
    if (answer.error) return;   // the app's next word asks again
    away.since = 0;
    keep(LOOKED, Math.max(answer.now, kept(LOOKED) || 0));
    if (answer.finished || answer.failed) tell(answer, since);
  }

  function tell(answer, since) {
    from = since;
    tiles = answer.tiles;
    text($.missedWords, sentence(answer));
    text($.missedShow, tiles.length ? t("Show") : t("Show the queue"));
    show($.missed, true);
    text($.missedSay, sentence(answer));
  }

  function done() {
    from = 0;
    show($.missed, false);
    text($.missedSay, "");
  }

  $.missedClose.onclick = done;
  $.missedShow.onclick = () => {
    done();
    if (tiles.length) emit("open", { list: [...tiles], at: 0, beyond: true });
    else document.getElementById("tab-queue-button")?.click();
  };
  on("own", ({ detail }) => {
    const isAnother = detail.person !== person;
    person = detail.person;
    if (isAnother) done();
    if (away.hear(detail.now, performance.now()) || isAnother) come();
    else if (away.since) look();
    else note();
  });
  on("removed", ({ detail: { keys } }) => { tiles = tiles.filter(({ id, n }) => !keys.includes(`${id}/${n}`)); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); else come(); });
  document.addEventListener("resume", come);
  window.addEventListener("pageshow", (e) => { if (e.persisted) come(); });
  window.addEventListener("pagehide", leave);
  document.addEventListener("freeze", leave);
  document.addEventListener("click", (e) => { if (within(e.target, PRESS) || isOpen("gallery")) done(); });
}
