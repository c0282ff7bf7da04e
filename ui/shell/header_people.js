
import { copyText } from "./copy.js";
import { $ } from "./header_host.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

// Who looks at the page: an account, the one person of this machine, or a browser of its own.
let who = {};

const WHO = {
  browser: [
    t("Your devices only"),
    t("Nobody logs in here, so each browser has a gallery of its own. What you make shows in this browser and in those that join it, nowhere else."),
  ],
  guest: [
    t("Only this browser"),
    t("You reach this page through a proxy, so it takes you for a guest: what you make shows in this browser alone. The settings --allowed-host and --auth change that."),
  ],
  person: [
    t("Phone"),
    t("This page answers on this machine alone. To use it from your phone, start Stepglass like this, with a name and password of yours, and open this machine's address there:"),
  ],
};
const NO_COOKIES = t("This browser keeps no cookies here, so what you make is lost when it is done.");

export function drawWho(now) {
  if (!now || JSON.stringify(now) === JSON.stringify(who)) return;
  who = now;
  const framed = window.top !== window;
  $.who.hidden = false;
  $.who.dataset.kind = who.kind;
  $.whoName.textContent = who.name || (WHO[who.kind] || WHO.browser)[0];
  $.who.title = who.name
    ? t("Your logins")
    : who.kind === "person"
      ? t("Use it from your phone")
      : t("Each browser has a gallery of its own, unless it joins another");
  $.leave.hidden = !who.name;
  $.note.hidden = !(who.forgetful && who.kind !== "account");
  $.noteText.textContent =
    `${NO_COOKIES} ${framed ? "" : t("Allow cookies for this site, then reload the page.")}`.trim();
  $.noteLink.hidden = !framed;
  $.noteLink.href = location.href;
}

async function openWho() {
  const own = who.kind === "browser" && !who.forgetful;
  const [, words] = WHO[who.kind] || WHO.browser;
  $.whoTitle.textContent = who.name
    ? t("Logged in as {name}", { name: who.name })
    : who.kind === "person"
      ? t("On your phone")
      : t("This browser and others");
  $.whoText.textContent = who.name
    ? t("Logging out everywhere ends every login of yours, on all devices, this one included. Programs keep their token.")
    : words;
  $.everywhere.hidden = !who.name;
  $.whoCode.hidden = who.kind !== "person";
  $.whoCode.textContent = who.kind === "person" ? "python app.py --host 0.0.0.0 --auth NAME:PASSWORD" : "";
  for (const part of [$.qr, $.hint, $.pairCopy]) part.hidden = true;
  $.whoDialog.showModal();
  if (!own) return;
  try {
    const answer = await fetch(new URL("api/pair", document.baseURI), { method: "POST" });
    const pair = await answer.json();
    if (!answer.ok) throw new Error(said(pair.error));
    $.qr.src = pair.image;
    const holds = t("It holds for {minutes} minutes, and once.", { minutes: pair.minutes });
    $.hint.textContent = pair.local
      ? `${t("The link leads to this machine: it joins another browser here. For a phone, open this page under the address that the phone uses, and make the link there.")} ${holds}`
      : `${t("Scan this with your phone, or open the link on another device: it then shows the same gallery.")} ${holds}`;
    $.pairCopy.onclick = () => copyText(pair.link, t("Link copied."));
    for (const part of [$.qr, $.hint, $.pairCopy]) part.hidden = false;
  } catch (error) {
    $.hint.textContent = error.message || t("No link could be made: try again.");
    $.hint.hidden = false;
  }
}

export function setUp() {
  $.who.onclick = openWho;
  $.whoClose.onclick = () => $.whoDialog.close();
}
