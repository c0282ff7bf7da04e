// The live panel in words: times, the link, why something waits, how it ended.
const clock = (s) => {
  s = Math.max(0, Math.floor(s));
  const m = Math.floor(s / 60), h = Math.floor(m / 60), two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m % 60)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
};
const exact = (s) => (s < 60 ? `${s.toFixed(1)} s` : clock(s));
const span = (s) => (s < 90 ? `${Math.round(s)} s` : `${Math.round(s / 60)} min`);
const ordinal = (n) => {
  const tail = n % 100 > 10 && n % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][n % 10] || "th";
  return `${n}${tail}`;
};
const hour = (t) => new Date(t * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function linkText(link, gone) {
  const ago = link.ago === null || link.ago === undefined ? null : link.ago + gone;
  const last = ago === null ? "nothing heard yet" : `last heard ${span(ago)} ago`;
  switch (link.kind) {
    case "live": return "live";
    case "polling": return `polling, ${last}`;
    case "reconnecting": return `${last}, reconnecting${link.attempt ? ` (${ordinal(link.attempt)} try)` : ""}`;
    case "unreachable": return link.since ? `server unreachable since ${hour(link.since)}` : "server unreachable";
    case "stalled": return `stalled, ${last}`;
    default: return "";
  }
}

// "Server unreachable since 10:43 PM": since when is said of what was there before.
const waitTitle = (w) => (w.since && ["unreachable", "denied"].includes(w.why) ? `${w.title} since ${hour(w.since)}` : w.title);

// What the stage says where it has no image to show.
function emptyWords(v) {
  if (v.state === "waiting" && v.wait) return [waitTitle(v.wait), v.wait.sentence];
  return {
    waiting: ["Waiting", ""],
    running: ["Working", "A preview appears as soon as the server sends one."],
    keeping: ["Almost done", "Downloading the images."],
    cancelled: ["Cancelled", "No images were saved."],
    failed: ["Failed", "See the reason below."],
    lost: ["Lost", "See the reason below."],
    finished: ["Finished", v.texts.length ? "See its output below." : "The workflow produced no files."],
  }[v.state] || ["", ""];
}

// What the browser's tab says of it.
const ENDED = { finished: "Finished", cancelled: "Cancelled", failed: "Failed", lost: "Lost" };
const SHORT = { paused: "Paused", held: "Held back", unreachable: "Server unreachable", denied: "Login needed", connecting: "Connecting" };
function tabTitle(v, whole) {
  if (!v.live) return ENDED[v.state] || "";
  if (v.stopping) return "Cancelling";
  if (v.state === "waiting") return (v.wait && SHORT[v.wait.why]) || "Waiting";
  return `${whole} %`;
}
