// When to ask for news, by what the header says now and then. Pure.

export const SILENT_AFTER = 20_000;  // milliseconds after which what was followed is asked for again

/**
 * Asked and not answered yet, or followed, is not asked again; what changed meanwhile is still news
 * afterwards, for the answer may be from before.
 */
export class Asking {
  constructor() {
    this.ended = -1;              // as the header said when it was asked last
    this.heard = -Infinity;       // when it was asked or answered while something was live
  }

  /**
   * Whether to ask now, which is then taken as done.
   * @param {{ live: number, ended: number }} own @param {number} at milliseconds
   */
  wants(own, at) {
    const isNews = own.ended !== this.ended || own.live > 0;
    if (!isNews || at - this.heard <= SILENT_AFTER) return false;
    this.ended = own.ended;
    this.asked(at);
    return true;
  }

  /** It was asked, at *at*. @param {number} at */
  asked(at) { this.heard = at; }

  /** An answer came: with something live more of it follow. @param {number} live @param {number} at */
  answered(live, at) { this.heard = live ? at : -Infinity; }
}
