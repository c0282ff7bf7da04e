// What a press of Cancel left, said where the button is: what else waits, and the way back.

import { ENDED } from "./words.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

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

function countRest(rest, n) {
  if (rest.dataset.n === String(n)) return;
  rest.dataset.n = n;
  rest.firstChild.textContent = `${
    t(n === 1 ? "{count} more of this press remains" : "{count} more of this press remain", { count: n })} · `;
  rest.querySelector("button").textContent = n === 1 ? t("Cancel it too") : t("Cancel them too");
}

/** The offers of one panel. @param {import("../shell/host.js").Host} host */
export function offers(host) {
  let offered = 0;           // the newest offer seen
  let offer = null;          // its element

  function offerPlace() {
    const button = document.getElementById(host.props.stop);
    return button && button.closest("#generate-buttons, .wf-buttons");
  }

  function dropOffer() {
    if (offer) offer.remove();
    offer = null;
  }

  const once = (name, data) => (button) => { button.disabled = true; host.trigger(name, data); };

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
    box.append(paragraph(said(o.sentence)));
    const undo = o.undo && offerButton(t("Undo"), once("undo", { ids: o.undo, id: o.press }));
    if (undo) box.firstElementChild.append(" ", undo);
    if (o.rest) {
      const rest = paragraph("", offerButton("", once("rest", { id: o.press })));
      rest.className = "live-offer-rest";
      countRest(rest, o.rest);
      box.append(rest);
    }
    if (o.others)
      box.append(
        paragraph(
          `${t(o.others === 1 ? "{count} other job of yours:" : "{count} other jobs of yours:", { count: o.others })} `,
          offerButton(t("see Queue"), () => document.getElementById("tab-queue-button").click()),
        ),
      );
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
    const first = offer.firstChild.firstChild;
    if (!v.stopping) first.textContent = first.textContent.replace(/^Cancelling/, "Cancelled");  // as English goes on
    const rest = offer.querySelector(".live-offer-rest"),
      left = v.parts.filter(([, s]) => !ENDED[s]).length - (v.stopping ? 1 : 0);
    if (!rest) return;
    if (left > 0) countRest(rest, left); else rest.remove();
  }

  return { drawOffer, dropOffer, keepOffer };
}
