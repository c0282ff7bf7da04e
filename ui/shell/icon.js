// The icon in the browser's tab: the mark, how far a job is, and how it ended.

const SIZE = 64;
const TEAL = "#1f9a8b", RED = "#d65a50", GREY = "#8a959c";
const ENDS = { done: TEAL, bad: RED, cut: GREY };

let drawn = "";

function bars(pen) {
  pen.fillStyle = TEAL;
  [[6, 34, 0.45], [25, 20, 0.7], [44, 6, 1]].forEach(([x, y, alpha]) => {
    pen.globalAlpha = alpha;
    pen.fillRect(x, y, 14, SIZE - 6 - y);
  });
  pen.globalAlpha = 1;
}

function ring(pen, share) {
  const turn = (from, to, colour) => {
    pen.beginPath();
    pen.arc(SIZE / 2, SIZE / 2, 24, from, to);
    pen.strokeStyle = colour;
    pen.stroke();
  };
  pen.lineWidth = 14;
  turn(0, 2 * Math.PI, "rgb(138 149 156 / 45%)");
  if (share > 0) turn(-Math.PI / 2, (share * 2 - 0.5) * Math.PI, TEAL);
}

function badge(pen, mark) {
  pen.beginPath();
  pen.arc(SIZE / 2, SIZE / 2, 31, 0, 2 * Math.PI);
  pen.fillStyle = ENDS[mark];
  pen.fill();
  pen.beginPath();
  const strokes = {
    done: [[17, 34], [28, 45], [48, 21]],
    bad: [[32, 14], [32, 36], [32, 47], [32, 49]],
    cut: [[18, 32], [46, 32]],
  };
  strokes[mark].forEach(([x, y], n) => (n === 0 || (mark === "bad" && n === 2) ? pen.moveTo(x, y) : pen.lineTo(x, y)));
  pen.lineWidth = 9;
  pen.lineCap = "round";
  pen.strokeStyle = "#fff";
  pen.stroke();
}

/**
 * Draw the tab's icon: a ring with *share* (0…1) of it filled, a *mark* ("done", "bad", "cut"), or,
 * with neither, the page's own.
 * @param {number | null} share
 * @param {string} mark
 */
export function drawIcon(share, mark) {
  const now = mark || (share === null ? "own" : `ring ${Math.floor(share * 25)}`);
  if (now === drawn) return;
  drawn = now;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  if (mark) badge(pen, mark);
  else if (share === null) bars(pen);
  else ring(pen, share);
  const link = /** @type {HTMLLinkElement} */ (document.createElement("link"));
  link.rel = "icon";
  link.type = "image/png";
  link.dataset.icon = now;
  link.href = canvas.toDataURL("image/png");
  document.querySelectorAll("link[rel~=icon]").forEach((other) => other.remove());
  document.head.append(link);
}
