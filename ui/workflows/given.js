// What other parts of the page give: a form that was opened there, an image for a field.

import { ask } from "../shell/dom.js";
import { toast } from "../shell/toast.js";
import { draft } from "./checking.js";
import { keptFile, lastFile } from "./files.js";
import { reveal } from "./form.js";
import { $, host, now } from "./host.js";
import { openMask } from "./mask.js";
import { complain, draw } from "./open.js";
import { t } from "../words/words.js";

let wanted = null;         // an image that the next form with a field for it is given

// A form that another part of the page has opened.
export function began({ form, paint }) {
  draw(form);
  host.element.scrollIntoView({ block: "nearest" });
  $.name.focus({ preventScroll: true });
  if (paint) openMask(paint);
}

// The image that waits for a form goes into this one.
export function give() {
  const image = wanted;
  wanted = null;
  if (image) reuse(image);
}

// A picture that was made, or a video, becomes an input: of the field used last, else the first.
// *key* is that of the field, where one was named.
export async function reuse({ id, n, frame = "", kind = "image" }, key = lastFile) {
  const fields = now.view ? now.view.fields.filter((f) => f.kind === kind) : [];
  const f = fields.find((one) => one.key === key) || fields[0];
  if (!f) {
    wanted = { id, n, frame, kind };
    return toast(kind === "video"
      ? t("Open a workflow with a video input: this video is set there.")
      : frame
        ? t("Open a workflow with an image input: this frame is set there.")
        : t("Open a workflow with an image input: this image is set there."));
  }
  const answer = await ask(() => host.server.wf_reuse({ ...draft(), key: f.key, id, n, frame }));
  if (answer.error) return complain(answer.error);
  reveal(f.key);
  keptFile(answer);
  toast(t("Set as “{label}”.", { label: f.label }));
}
