// A file dropped on the page never makes the browser leave it: what no field takes, the form takes
// as its image or for its settings, or says why not.

import { act } from "./acts.js";
import { emit } from "./events.js";
import { takes } from "./drag.js";
import { toast } from "./toast.js";
import { t } from "../words/words.js";

const TAKEN = /^image\//;
const isText = (/** @type {File} */ { type, name }) => /^text\/plain|json$/.test(type) || /\.(txt|json)$/i.test(name);
const brings = (e) => {
  const types = e.dataTransfer ? [...e.dataTransfer.types] : [];
  if (types.includes("Files")) return "file";
  const editable = e.target.closest && e.target.closest("input, textarea, [contenteditable]");
  return types.includes("text/uri-list") && !editable && !types.includes("application/x-stepglass") ? "link" : "";
};

// The field exists once its fold is open and no image lies in it.
function field(then) {
  const box = document.getElementById("img2img");
  const find = () => box.querySelector("#field-image input[type=file]");
  const image = /** @type {HTMLElement | null} */ (box.querySelector("#field-image"));
  if (!find() && !image?.offsetParent) box.querySelector("button")?.click();
  const look = new MutationObserver(() => done());
  const done = () => {
    const input = find();
    if (!input) {
      const clear = "#field-image button[aria-label=Clear], #field-image button[title=Clear]";
      /** @type {HTMLElement} */ (box.querySelector(clear))?.click();
      return false;
    }
    look.disconnect();
    then(input);
    return true;
  };
  look.observe(box, { childList: true, subtree: true });
  if (done()) look.disconnect();
}

/** Let *file* be the image that the form starts from. @param {File} file */
export function take(file) {
  field((input) => {
    const data = new DataTransfer();
    data.items.add(file);
    input.files = data.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    document.getElementById("img2img").scrollIntoView({ block: "nearest" });
  });
}

// An image of the gallery is what the form starts from, wherever on it that is dropped.
takes(document, (target) => target.closest("#generate-grid"), (tile) => act("input", tile));

document.addEventListener("dragover", (e) => { if (brings(e)) e.preventDefault(); });
document.addEventListener("drop", (e) => {
  const what = brings(e), wasTaken = e.defaultPrevented;
  if (!what) return;
  e.preventDefault();
  if (wasTaken || document.querySelector("dialog[open]")) return;
  const file = e.dataTransfer.files[0], isHere = document.getElementById("generate-grid")?.offsetParent;
  if (!file) return;
  if (!isHere) toast(t("Nothing here takes a file. Drop an image on Generate, or a workflow on Workflows."));
  else if (TAKEN.test(file.type)) take(file);
  else if (isText(file)) emit("text", { file });
  else toast(t("“{name}” is not an image. A workflow is opened on the Workflows tab.", { name: file.name }));
});
