// Zooming and panning by wheel, pinch, double press, drag and keys: one view over one box or several.

import * as zoom from "./arithmetic.js";

/** @typedef {import("./arithmetic.js").View} View */
/** @typedef {import("./arithmetic.js").Size} Size */
/** @typedef {ReturnType<typeof lens>} Lens */
/**
 * @typedef {object} Brush  points are pixels of the image
 * @property {() => boolean} rests  whether it is to pan all the same
 * @property {(at: zoom.Point, touch: boolean) => void} down
 * @property {(at: zoom.Point) => void} move
 * @property {() => void} up
 * @property {() => void} cancel  it was the first of two fingers
 */

const STILL = 8;             // pixels within which a press is no drag
const TWICE = 320;           // milliseconds between the presses of a double press
const TWICE_APART = 30;      // and pixels between them
const SWIPE = 50;            // pixels of a swipe to the next image
const LINE = 16;             // pixels of a line, for wheels that count in lines
const PAN_KEY = 0.15;        // of the box, for one press of an arrow
const OURS = "button, a, input, select, .full-other, .full-divide";   // what has a press of its own

/** Lay *picture* out at *size* as *view* says. */
export function lay(picture, { scale, x, y }, size) {
  picture.style.width = `${size.width}px`;
  picture.style.height = `${size.height}px`;
  picture.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) scale(${scale})`;
  picture.dataset.pixels = String(zoom.isPixelated(scale));
}

/**
 * Watch over *boxes* of one size, which all show the same part of an image.
 * @param {HTMLElement[]} boxes
 * @param {(view: View, image: Size, box: Size) => void} draw  called with each new view
 * @param {{ swiped?: (step: number) => void, touched?: (x: number) => void, brush?: Brush }} [more]
 *   swiped: past the image, by -1 or 1; touched: where a press or a drag is that pans nothing;
 *   brush: what one finger, or the mouse, does instead of panning
 */
export function lens(boxes, draw, { swiped = () => {}, touched = () => {}, brush = null } = {}) {
  /** @type {Size} */
  let image = null;
  /** @type {View} */
  let view = null;
  let box = { width: 0, height: 0 };
  const fingers = new Map();   // pointers that are down: where they were last
  let down = null;             // where the first went down, and whether it was alone and stayed
  let painting = false;
  let tapped = { at: -TWICE, x: 0, y: 0 };

  const middle = () => ({ x: box.width / 2, y: box.height / 2 });
  const across = () => Boolean(view) && zoom.overflows(view, image, box)[0];
  const over = () => (view ? zoom.overflows(view, image, box) : [false, false]);

  function set(next) {
    view = next;
    boxes.forEach((one) => { one.dataset.zoomed = String(over().some(Boolean)); });
    draw(view, image, box);
  }

  const act = (make) => { if (view && box.width) set(make(view)); };
  const toScale = (scale, at = middle()) => act((v) => zoom.zoomed(v, scale, at, image, box));

  function resized() {
    const now = { width: boxes[0].clientWidth, height: boxes[0].clientHeight }, before = box;
    box = now;
    if (!image || !now.width) return;
    set(view && before.width ? zoom.reboxed(view, image, before, now) : zoom.fitted(image, now));
  }

  function place(e, one) {
    const edge = one.getBoundingClientRect();
    return { x: e.clientX - edge.left, y: e.clientY - edge.top };
  }

  function pressed(e, one) {
    if (e.button || e.target.closest(OURS)) return;
    const at = place(e, one);
    fingers.set(e.pointerId, at);
    if (fingers.size === 2 && painting) { painting = false; brush.cancel(); }
    if (fingers.size === 1) down = { ...at, still: true, alone: true, touch: e.pointerType === "touch" };
    else down.alone = false;
    one.setPointerCapture(e.pointerId);
    painting = Boolean(brush && view && fingers.size === 1 && !brush.rests());
    if (painting) return brush.down(inImage(at), down.touch);
    if (!over().some(Boolean) && fingers.size === 1 && !down.touch) touched(at.x);
  }

  function moved(e, one) {
    const was = fingers.get(e.pointerId);
    if (!was) return;
    const at = place(e, one);
    if (Math.hypot(at.x - down.x, at.y - down.y) > STILL) down.still = false;
    if (painting) brush.move(inImage(at));
    else if (fingers.size === 2) {
      const [other] = [...fingers].filter(([id]) => id !== e.pointerId).map(([, point]) => point);
      act((v) => zoom.pinched(v, [was, other], [at, other], image, box));
    } else if (over().some(Boolean)) act((v) => zoom.panned(v, at.x - was.x, at.y - was.y, image, box));
    else if (down.alone) touched(at.x);
    fingers.set(e.pointerId, at);
  }

  const inImage = ({ x, y }) => ({ x: (x - view.x) / view.scale, y: (y - view.y) / view.scale });

  function released(e, one) {
    if (!fingers.delete(e.pointerId) || fingers.size) return;
    if (painting) { painting = false; return brush.up(); }
    const at = place(e, one), gone = at.x - down.x;
    if (!down.alone || (brush && !brush.rests())) return;
    if (down.still) pressedOnce(e, at);
    else if (down.touch && !across() && Math.abs(gone) > SWIPE && Math.abs(gone) > Math.abs(at.y - down.y))
      swiped(gone < 0 ? 1 : -1);
  }

  function pressedOnce(e, at) {
    const twice = e.timeStamp - tapped.at < TWICE && Math.hypot(at.x - tapped.x, at.y - tapped.y) < TWICE_APART;
    tapped = { ...at, at: twice ? -TWICE : e.timeStamp };
    if (twice) act((v) => zoom.toggled(v, at, image, box));
    else touched(at.x);
  }

  function wheeled(e, one) {
    if (!view) return;
    e.preventDefault();
    const delta = e.deltaMode === 1 ? e.deltaY * LINE : e.deltaY;
    toScale(view.scale * zoom.wheelFactor(delta, e.ctrlKey), place(e, one));
  }

  for (const one of boxes) {
    one.addEventListener("pointerdown", (e) => pressed(e, one));
    one.addEventListener("pointermove", (e) => moved(e, one));
    one.addEventListener("pointerup", (e) => released(e, one));
    one.addEventListener("pointercancel", (e) => {
      fingers.delete(e.pointerId);
      if (painting) { painting = false; brush.up(); }
    });
    one.addEventListener("wheel", (e) => wheeled(e, one), { passive: false });
    // Two fingers are ours: else a browser that scrolls with them would take the pinch away.
    const two = (e) => { if (e.touches.length > 1 && e.cancelable) e.preventDefault(); };
    one.addEventListener("touchstart", two, { passive: false });
    one.addEventListener("touchmove", two, { passive: false });
  }
  new ResizeObserver(resized).observe(boxes[0]);

  return {
    /** Show an image of *size*, null for none; another of the same size keeps the view. */
    show(size) {
      const same = size && image && size.width === image.width && size.height === image.height;
      image = size;
      if (!size) { view = null; boxes.forEach((one) => { one.dataset.zoomed = "false"; }); return; }
      resized();
      if (!box.width) view = null;
      else if (!same || !view) set(zoom.fitted(image, box));
      else set(view);
    },
    fit: () => act(() => zoom.fitted(image, box)),
    actual: () => toScale(1),
    step: (up) => act((v) => zoom.zoomed(v, zoom.stepped(v.scale, up, image, box), middle(), image, box)),
    toggle: () => act((v) => zoom.toggled(v, middle(), image, box)),
    /** Move by so many steps of an arrow; false where there is nothing to move that way. */
    pan(right, below) {
      const [wide, tall] = over();
      if (!(right ? wide : tall)) return false;
      act((v) => zoom.panned(v, -right * PAN_KEY * box.width, -below * PAN_KEY * box.height, image, box));
      return true;
    },
  };
}

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Whether the key *e* was one of the lens *l*, and done. @param {KeyboardEvent} e @param {Lens} l */
export function zoomKey(e, l) {
  const arrow = ARROWS[e.key];
  if (arrow) return l.pan(...arrow);
  const act = {
    "+": () => l.step(true), "=": () => l.step(true), "-": () => l.step(false), "_": () => l.step(false),
    "z": l.toggle, "Z": l.toggle,
  }[e.key] || (e.shiftKey && !/^\d$/.test(e.key) && { Digit0: l.fit, Digit1: l.actual }[e.code]);
  if (act) act();
  return Boolean(act);
}
