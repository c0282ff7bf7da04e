// The dialog "Notifications": how this person, in this browser and elsewhere, is told of an end.

import { closesBeside, refs, show, text, within } from "../shell/dom.js";
import { emit, on } from "../shell/events.js";
import { isLoud, isOn, lacking, notify, play, show as showNote, sound } from "./alerts.js";
import { hooks } from "./hooks.js";
import { missed } from "./missed.js";
import { follow } from "./news.js";
import { t } from "../words/words.js";

/** Elements of the template by their data-ref. @type {Record<string, any>} */
const $ = {};

let drawHooks = () => {};

function draw(why = "") {
  $.notify.checked = isOn();
  $.sound.checked = isLoud();
  const words = why || lacking();
  text($.why, words);
  show($.why, Boolean(words));
  show($.test, isOn() || isLoud());
  const on_ = String(isOn() || isLoud());
  document.querySelectorAll("[data-notifications]").forEach((b) => b.setAttribute("data-on", on_));
}

function setUp() {
  document.addEventListener("click", (e) => {
    if (!within(e.target, "[data-notifications]")) return;
    draw();
    $.dialog.showModal();
    drawHooks();
  });
  $.close.onclick = () => $.dialog.close();
  closesBeside($.dialog);
  $.notify.onchange = async () => draw(await notify($.notify.checked));
  $.sound.onchange = () => { sound($.sound.checked); play(); draw(); };
  $.test.onclick = () => { play(); showNote(t("Finished"), t("This is how it looks."), "test"); };
  on("own", () => { if (!$.dialog.open) draw(); });  // there a sentence stays until the next press
}

/** Begin on the page, with what Gradio gives. @param {import("../shell/host.js").Host} host */
export function mount(host) {
  refs($, host.element);
  setUp();
  drawHooks = hooks($, host);
  follow(host);
  missed($, host);
  emit("latecomer");
}
