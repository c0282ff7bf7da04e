// What a press of Cancel left, said where the button is: what else waits, and the way back.
let offered = 0;           // the newest offer seen
let offer = null;          // its element
const jobs = (n) => `${n} job${n === 1 ? "" : "s"}`;

function offerPlace() {
  const button = document.getElementById(props.stop);
  return button && button.closest("#generate-buttons, .wf-buttons");
}

function dropOffer() {
  if (offer) offer.remove();
  offer = null;
}

function drawOffer(o) {
  const place = offerPlace();
  if (o.number <= offered || !place) return;
  offered = o.number;
  dropOffer();
  const line = (...parts) => {
    const p = document.createElement("p");
    p.append(...parts);
    return p;
  };
  const button = (words, name, data) => {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "live-offer-button";
    b.textContent = words;
    b.onclick = () => { b.disabled = true; trigger(name, data); };
    return b;
  };
  offer = document.createElement("div");
  offer.className = "live-offer";
  offer.setAttribute("role", "status");
  offer.dataset.press = o.press;
  const first = line(o.sentence);
  if (o.undo.length) first.append(" ", button("Undo", "undo", { ids: o.undo.join(" "), id: o.press }));
  offer.append(first);
  if (o.rest) offer.append(line(`${o.rest} more of this press ${o.rest === 1 ? "is" : "are"} waiting. `, button(`Cancel ${o.rest === 1 ? "it" : "them"} too`, "rest", { id: o.press })));
  if (o.others) {
    const link = button("see Queue", "", {});
    link.onclick = () => document.getElementById("tab-queue-button").click();
    offer.append(line(`${jobs(o.others)} of yours from other presses: `, link));
  }
  place.after(offer);
}
