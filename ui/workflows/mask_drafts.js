// Masks that were painted but not used yet. A dialog can be closed in ways that do not ask, as by Back: what
// was painted is kept, for that image alone, until it is used or thrown away. Pure.

/** @template M  a mask */
export class Drafts {
  /** @type {Map<string, { image: string, mask: M }>} */
  #kept = new Map();

  /**
   * Keep *mask*, which was painted on *image* in *field*.
   * @param {string} field @param {string} image @param {M} mask
   */
  keep(field, image, mask) { this.#kept.set(field, { image, mask }); }

  /**
   * What was painted on *image* in *field*; on another image it means nothing.
   * @param {string} field @param {string} image
   */
  of(field, image) {
    const found = this.#kept.get(field);
    return found && found.image === image ? found.mask : null;
  }

  /** @param {string} field */
  forget(field) { this.#kept.delete(field); }
}
