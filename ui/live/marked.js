// Marks that images were given since the panels' values came.

import { on } from "../shell/events.js";
import { keyOf } from "../shell/image_key.js";

const given = new Map();     // fields by the image's key
on("marked", ({ detail: { keys, fields } }) =>
  keys.forEach((key) => given.set(key, { ...given.get(key), ...fields })));

/** *image* with its marks. @param {any} image */
export const asMarked = (image) => image && { ...image, ...given.get(keyOf(image)) };
