// Dialogs of the selection: tags and collections.

import { emit } from "../shell/events.js";
import { toast } from "../shell/toast.js";
import { plural } from "../shell/count.js";
import { ask, h, icon } from "../shell/dom.js";
import { amountOf, keysIn, pairOf } from "../shell/image_key.js";
import { $, host, now } from "./host.js";
import { begin } from "./load.js";
import { busy, chosen } from "./pick.js";
import { t } from "../words/words.js";

export function openDialog(title, ...content) {
  $.dialog.setAttribute("aria-label", title);
  $.dialog.replaceChildren(
    h(
      "header",
      {},
      h("h2", {}, title),
      h(
        "button",
        { type: "button", class: "full-close", "aria-label": t("Close"), onclick: () => $.dialog.close() },
        "×",
      ),
    ),
    h("div", { class: "gal-dialog-body" }, ...content),
  );
  if (!$.dialog.open) $.dialog.showModal();
}

// Tags or collections for what is selected: new ones typed, known ones pressed.
export async function openLabels(kind) {
  const wanted = chosen(), images = wanted.map(pairOf), tags = kind === "tag";
  const input = h("input", {
    type: "text",
    class: "gal-select",
    [tags ? "data-limit-each" : "data-limit"]: 80,
    placeholder: tags ? t("One tag, or several separated by commas") : t("A collection's name"),
    "aria-label": tags ? t("New tags") : t("Name of the collection"),
    autofocus: true,
  });
  const known = h("div", { class: "gal-picks" });
  const take = (names) =>
    tags
      ? label({ images, add: names }, host.server.gal_tag, names)
      : label({ images, name: names[0], on: true }, host.server.gal_collect, names);
  const leave = (name) =>
    tags
      ? unlabel({ images, remove: [name] }, host.server.gal_tag, name)
      : unlabel({ images, name, on: false }, host.server.gal_collect, name);
  const form = h("form", { class: "gal-inline", onsubmit: (e) => {
    e.preventDefault();
    const names = (tags ? input.value.split(",") : [input.value]).map((one) => one.trim()).filter(Boolean);
    if (names.length) take(names);
  } }, input, h("button", { type: "submit", class: "sg-button sg-primary" }, t("Add")));
  const how = h("p", { class: "sg-note" }, t("{images} selected.", { images: amountOf(wanted) }));
  openDialog(tags ? t("Tag") : t("Add to a collection"), how, form, known);
  input.focus();
  const answer = await ask(() => host.server.gal_facets({}));
  if (answer.error || !known.isConnected) return;
  now.facets = answer;
  const offered = answer[kind].map(([name]) => name);
  known.replaceChildren(
    ...offered.map((name) =>
      h(
        "span",
        { class: "gal-known" },
        h(
          "button",
          {
            type: "button",
            class: "gal-pick",
            title: tags ? t("Add “{name}”", { name }) : t("Add to “{name}”", { name }),
            onclick: () => take([name]),
          },
          name,
        ),
        h(
          "button",
          {
            type: "button",
            class: "gal-unpick",
            "aria-label": t("Remove “{name}” from the selection", { name }),
            title: t("Remove “{name}”", { name }),
            onclick: () => leave(name),
          },
          icon("close"),
        ),
      ),
    ),
  );
}

async function label(what, call, names) {
  const answer = await busy(t("Saving…"), () => call(what));
  if (answer.error) return toast(answer.error);
  $.dialog.close();
  touched(what.images);
  return toast(`${plural(answer.changed, "image")}: ${names.map((n) => `“${n}”`).join(", ")}.`);
}

async function unlabel(what, call, name) {
  const answer = await busy(t("Saving…"), () => call(what));
  if (answer.error) return toast(answer.error);
  $.dialog.close();
  touched(what.images);
  return toast(t("Removed “{name}”.", { name }));
}

// What the full view knows of these is old; and so is what is found by tags.
function touched(images) {
  emit("changed", { keys: keysIn({ images }) });
  if (now.search.tags || now.search.collection) begin();
}
