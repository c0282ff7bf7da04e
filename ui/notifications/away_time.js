// From when on somebody has not looked, by the app's clock: a page hears it now and then, and carries it on
// for a little while. Pure.

import { plural } from "../shell/count.js";
import { t } from "../words/words.js";

const CARRIED = 3;           // seconds that it is carried on without word from the app
export const GAP = 30;       // seconds without word after which a page was away, whatever it was told

export class AwayTime {
  constructor() {
    this.now = 0;            // the app's time, epoch seconds, when it was heard last; 0 before that
    this.heard = 0;          // milliseconds of the page when that was
    this.inSight = false;
    this.since = 0;          // from when on is to be asked; 0 where nothing is
  }

  /** What the app's clock says. @param {number} at milliseconds */
  clock(at) { return this.now + Math.min(CARRIED, Math.max(0, at - this.heard) / 1000); }

  /**
   * The app told its time. True where the page has been away until now.
   * @param {number} now @param {number} at
   */
  hear(now, at) {
    const was = this.now;
    this.now = now;
    this.heard = at;
    return !was || now - was > GAP;
  }

  /** The person is back, having looked until *looked*, or has never been here. @param {number} looked */
  comes(looked) {
    this.inSight = true;
    if (looked) this.since = this.since ? Math.min(this.since, looked) : looked;
  }

  /** Until when the person has looked, or 0: out of sight, or before what was missed is told. @param {number} at */
  looked(at) { return this.now && this.inSight && !this.since ? this.clock(at) : 0; }
}

/**
 * "3 jobs finished and 1 failed while you were away."
 * @param {{ finished: number, failed: number }} ended
 */
export function sentence({ finished, failed }) {
  const jobs = plural(finished || failed, "job");
  if (!finished) return failed ? t("{jobs} failed while you were away.", { jobs }) : "";
  return failed
    ? t("{jobs} finished and {count} failed while you were away.", { jobs, count: failed })
    : t("{jobs} finished while you were away.", { jobs });
}
