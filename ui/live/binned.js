// Images that went into the bin while a panel shows them. Pure.

import { keyOf } from "../shell/image_key.js";

/**
 * *value* without those of its images whose keys are in *away*; `binned` counts them.
 * @param {any} value  of the live panel
 * @param {Set<string>} away
 */
export function withoutBinned(value, away) {
  if (!value.images?.some((image) => away.has(keyOf(image)))) return value;
  const images = value.images.filter((image) => !away.has(keyOf(image)));
  return { ...value, images, binned: value.images.length - images.length };
}
