// A walk through what was typed before, from what is being typed and back to it. Pure.

export class Walk {
  /** @param {string} draft what is being typed @param {readonly string[]} before the latest first */
  constructor(draft, before) {
    this.all = [draft, ...before.filter((one) => one !== draft)];
    this.at = 0;
  }

  /** What is there now. */
  get here() { return this.all[this.at]; }

  /** Go *by* so many, further back or nearer; what is there, or null at an end. @param {1 | -1} by */
  step(by) {
    const next = this.at + by;
    if (next < 0 || next >= this.all.length) return null;
    this.at = next;
    return this.here;
  }
}
