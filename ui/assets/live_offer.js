// What a press of Cancel left, said where the button is: what else waits, and the way back.
let offered = 0;           // the newest offer seen
let offer = null;          // its element

function offerPlace() {
  const button = document.getElementById(props.stop);
  return button && button.closest("#generate-buttons, .wf-buttons");
}

function dropOffer() {
  if (offer) offer.remove();
  offer = null;
}

const paragraph = (...parts) => {
  const p = document.createElement("p");
  p.append(...parts);
  return p;
};

function offerButton(words, act) {
  const b = document.createElement("button");
  b.type = "button";
  b.className = "live-offer-button";
  b.textContent = words;
  b.onclick = () => act(b);
  return b;
}

const once = (name, data) => (button) => { button.disabled = true; trigger(name, data); };

function drawOffer(o) {
  const place = offerPlace();
  if (o.number <= offered || !place) return;
  offered = o.number;
  dropOffer();
  if (!o.undo && !o.rest && !o.others && o.sentence.startsWith("Cancelling")) return;  // the panel says as much
  const box = offer = document.createElement("div");
  box.className = "live-offer";
  box.setAttribute("role", "status");
  box.dataset.press = o.group;
  box.append(paragraph(o.sentence));
  const undo = o.undo && offerButton("Undo", once("undo", { ids: o.undo, id: o.press }));
  if (undo) box.firstChild.append(" ", undo);
  const rest = o.rest && paragraph(`${o.rest} more of this press ${o.rest === 1 ? "is" : "are"} waiting · `, offerButton(`Cancel ${o.rest === 1 ? "it" : "them"} too`, once("rest", { id: o.press })));
  if (rest) { rest.className = "live-offer-rest"; box.append(rest); }
  if (o.others) box.append(paragraph(`${o.others} other ${o.others === 1 ? "job" : "jobs"} of yours: `, offerButton("see Queue", () => document.getElementById("tab-queue-button").click())));
  place.after(box);
  setTimeout(() => {
    if (undo) undo.remove();
    if (!box.querySelector(".live-offer-rest")) { box.remove(); if (offer === box) offer = null; }
  }, o.seconds * 1000);
}

// What was offered of a press goes as it is used up, or another press begins.
function keepOffer(v, isNew) {
  if (!offer) return;
  if (v.press !== offer.dataset.press) { if (isNew) dropOffer(); return; }
  const rest = offer.querySelector(".live-offer-rest");
  if (rest && !v.parts.some(([, s]) => s === "waiting")) rest.remove();
}
