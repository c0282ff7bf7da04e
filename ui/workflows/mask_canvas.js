// The mask as it is painted: a canvas in one colour whose alpha is what is covered, and a way back.

import { coverOf, covered, tinted } from "./mask_ops.js";

const COLOUR = [233, 30, 120];   // as in ui/workflows/shots.py
const MOST_BACK = 12;            // states that are kept to go back to

/** @typedef {import("../zoom/arithmetic.js").Point} Point */

/** Painting on *canvas*. *changed* is called after each stroke or act. */
export function maskCanvas(canvas, changed) {
  const draw = canvas.getContext("2d", { willReadFrequently: true });
  const size = () => ({ width: canvas.width, height: canvas.height });
  let back = [];             // alphas, the latest last
  let last = null;           // where the brush was
  let acts = 0;              // strokes and acts since it began, but for those that were undone

  const read = () => coverOf(draw.getImageData(0, 0, canvas.width, canvas.height).data);
  const write = (cover) =>
    draw.putImageData(new ImageData(tinted(cover, COLOUR), canvas.width, canvas.height), 0, 0);

  function keep() {
    acts += 1;
    back.push(read());
    if (back.length > MOST_BACK) back.shift();
  }

  return {
    /** Begin with a mask, an image whose alpha counts, or without. */
    begin({ width, height }, mask) {
      Object.assign(canvas, { width, height });
      back = [];
      acts = 0;
      if (mask) {
        draw.drawImage(mask, 0, 0, width, height);
        write(read());
      }
      changed();
    },
    /** The brush goes down at *at*; *wide* is its diameter. @param {Point} at */
    down(at, wide, erases) {
      keep();
      draw.globalCompositeOperation = erases ? "destination-out" : "source-over";
      draw.strokeStyle = `rgb(${COLOUR})`;
      draw.lineWidth = wide;
      draw.lineCap = draw.lineJoin = "round";
      last = at;
      this.move(at);
    },
    move(at) {
      draw.beginPath();
      draw.moveTo(last.x, last.y);
      draw.lineTo(at.x, at.y + (at.x === last.x && at.y === last.y ? 0.01 : 0));
      draw.stroke();
      last = at;
    },
    up() { draw.globalCompositeOperation = "source-over"; changed(); },
    /** Change all of it by *act*, one of mask_ops.js. */
    alter(act) {
      keep();
      write(act({ ...size(), cover: read() }).cover);
      changed();
    },
    undo() {
      const before = back.pop();
      if (before) acts -= 1;
      draw.globalCompositeOperation = "source-over";
      if (before) write(before);
      changed();
    },
    canUndo: () => back.length > 0,
    /** Whether it is another than it began as; what can be undone forgets its oldest. */
    isChanged: () => acts > 0,
    share: () => covered({ ...size(), cover: read() }),
    /** It as a PNG. @returns {Promise<Blob>} */
    png: () => new Promise((done) => { canvas.toBlob(done, "image/png"); }),
  };
}
