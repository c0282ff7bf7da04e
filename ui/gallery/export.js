// What can be taken out of the gallery: archives, contact sheets, tables.

import { plural } from "../shell/count.js";
import { h } from "../shell/dom.js";
import { amountOf, NO_FILE } from "../shell/image_key.js";
import { openMenu } from "../shell/menu.js";
import { once } from "../shell/once.js";
import { toast } from "../shell/toast.js";
import { askedOf } from "./filters.js";
import { $, host, now } from "./host.js";
import { openDialog } from "./labels.js";
import { chosen } from "./pick.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

const SETTLE = 400;          // milliseconds after the last change before a sheet is drawn
/** Images of one archive, as in web/api/exports.py. */
export const MOST_PACKED = 10_000;
const MOST_COLUMNS = 40;     // as in studio/library/sheets.py
const LABELS = { none: t("Nothing"), name: t("File name"), prompt: t("Prompt"), model: t("Model"), seed: t("Seed"), date: t("Date") };

/** How the API names *tiles*. @param {any[]} tiles */
export const named = (tiles) => ({
  ids: tiles.filter((one) => one.n === NO_FILE).map((one) => one.id),
  images: tiles.filter((one) => one.n !== NO_FILE).map(({ id, n }) => ({ id, number: n })),
});

// A form, so that the browser writes what comes to the disk as it comes.
function send(path, fields) {
  const form = h(
    "form",
    { method: "post", action: `api/library/${path}`, target: "gallery-zip", hidden: true },
    ...Object.entries(fields).map(([name, value]) =>
      h("input", { type: "hidden", name, value: JSON.stringify(value) })),
  );
  host.element.append(form);
  form.submit();
  form.remove();
}

const pack = (bare) => once(() => {
  const all = chosen();
  send("archive", { ...named(all), bare });
  toast(t("Packing {images}: the download starts in a moment.", { images: amountOf(all) }));
});
/** The files that are selected as a ZIP, with their settings. */
export const download = pack(false);
const downloadBare = pack(true);

const writeTable = once(() => {
  send("table", named(chosen()));
  toast(t("Writing the table: the download starts in a moment."));
});

/** All that is found, as a table. */
export const tableOfFound = once(() => {
  send("table", { search: askedOf(now.search, new Date()) });
  toast(t("Writing the table: the download starts in a moment."));
});

/** Offer what can be made of what is selected. */
export function openExport(e) {
  openMenu([
    { label: t("ZIP with settings"), title: t("The files as they are, and one JSON of settings each"), act: download },
    {
      label: t("ZIP without metadata"),
      title: t("Copies that remember neither prompt nor workflow; pixels and frames stay as they are"),
      act: downloadBare,
    },
    { label: t("Contact sheet…"), title: t("Small images in rows, on one image"), act: openSheet },
    { label: t("Table (CSV)"), title: t("A row for each image, with all that is known of it"), act: writeTable },
  ], e.currentTarget.getBoundingClientRect(), t("Export"));
}

function openSheet() {
  const images = chosen().filter((one) => one.n !== NO_FILE);
  const columns = h("input", {
    type: "number", class: "gal-select", min: 1, max: MOST_COLUMNS,
    value: Math.min(10, Math.max(1, Math.ceil(Math.sqrt(images.length)))), "aria-label": t("Columns"),
  });
  const label = h("select", { class: "gal-select", "aria-label": t("Beneath each image") },
    ...Object.entries(LABELS).map(([value, words]) => h("option", { value }, words)));
  const room = h("div", { class: "gal-drawn", role: "status" });
  const get = h("a", { class: "sg-button sg-primary", download: "contact-sheet.png", hidden: true }, t("Download"));
  openDialog(
    t("Contact sheet of {images}", { images: plural(images.length, "image") }),
    h("div", { class: "gal-drawing" }, h("label", {}, t("Columns"), columns), h("label", {}, t("Beneath each"), label), get),
    room,
  );
  draws(images, { columns, label }, room, get);
}

// Draw it, and anew whenever something is chosen; the last one wins.
function draws(images, { columns, label }, room, get) {
  let turn = 0, waits = 0, address = "";
  const forget = () => { if (address) URL.revokeObjectURL(address); address = ""; };
  const draw = async () => {
    const mine = ++turn;
    get.hidden = true;
    const words = h("span", {}, t("Drawing {images}…", { images: plural(images.length, "image") }));
    room.replaceChildren(h("p", { class: "gal-loading" }, h("i", { "aria-hidden": "true" }), words));
    const wanted = { ...named(images), columns: Number(columns.value) || 1, label: label.value };
    const made = await sheetOf(wanted);
    if (mine !== turn || !room.isConnected) return;
    forget();
    if (typeof made === "string") { room.replaceChildren(h("p", { class: "gal-trouble" }, made)); return; }
    address = URL.createObjectURL(made);
    get.href = address;
    get.hidden = false;
    room.replaceChildren(h("img", { src: address, alt: t("The contact sheet") }));
  };
  const later = () => { clearTimeout(waits); waits = setTimeout(draw, SETTLE); };
  columns.addEventListener("input", later);
  label.addEventListener("change", draw);
  $.dialog.addEventListener("close", () => { turn += 1; forget(); }, { once: true });
  draw();
}

/** The image, or a sentence why there is none. @returns {Promise<Blob | string>} */
async function sheetOf(wanted) {
  try {
    const answer = await fetch("api/library/sheet", { method: "POST", body: JSON.stringify(wanted) });
    return answer.ok ? await answer.blob() : said((await answer.json()).error);
  } catch {
    return t("The app cannot be reached: try again in a moment.");
  }
}
