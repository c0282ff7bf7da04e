
import { ask, h, show } from "../shell/dom.js";
import { host, now } from "./host.js";
import { under } from "./form.js";
import { checked, draft } from "./checking.js";
import { isPainted, openMask } from "./mask.js";
import { longChoice } from "./choice.js";
import { list, standard, words } from "./field_values.js";
import { t } from "../words/words.js";

export let lastFile = "";         // the field whose file was changed last

// Files as inputs: uploaded, pasted, dropped, or one that the server has already.
export function file(f, id, accept) {
  const what = { image: t("an image"), video: t("a video"), audio: t("a sound") }[f.kind];
  const picture = h("img", { alt: "", hidden: true });
  const name = h("span", { class: "wf-filename" });
  const input = h("input", {
    id,
    type: "file",
    class: "sg-hidden",
    accept,
    onchange: () => {
      if (input.files[0]) send(f, input.files[0]);
      input.value = "";
    },
  });
  const area = h("label", { class: "wf-file", for: id }, input, picture, name);
  const remove = h("button", { type: "button", class: "sg-button wf-small", onclick: () => drop(f) }, t("Remove"));
  const mask = f.mask
    ? h(
        "button",
        {
          type: "button",
          class: "sg-button wf-small",
          onclick: () => openMask(f.key),
        },
        t("Paint a mask"),
      )
    : null;
  const has = list(f).length ? longChoice({ ...f, label: t("{label} on the server", { label: f.label }) }, `${id}-has`) : null;
  const set = (v) => {
    const kept = now.view.uploads[f.key];
    show(picture, Boolean(kept && kept.shot));
    if (kept && kept.shot) picture.src = kept.shot;
    name.textContent = kept ? (kept.shot ? "" : kept.name) : t("Drop {what} here, choose or paste one", { what });
    area.dataset.kept = String(Boolean(kept));
    show(remove, Boolean(kept));
    if (mask) {
      show(mask, Boolean(kept));
      const waits = Boolean(kept) && isPainted(f.key, kept.name);
      mask.textContent = waits ? t("Go on with the mask") : t("Paint a mask");
      mask.title = waits ? t("You painted a mask that is not used yet") : "";
    }
    if (has) { show(has.element, !kept); has.set(v); }
  };
  area.addEventListener("paste", (e) => {
    const one = pasted(e);
    if (one) {
      e.preventDefault();
      e.stopPropagation();
      send(f, one);
    }
  });
  area.tabIndex = 0;
  area.addEventListener("keydown", (e) => {
    if (e.key === "Enter" || e.key === " ") {
      e.preventDefault();
      input.click();
    }
  });
  input.tabIndex = -1;
  set(standard(f));
  return {
    element: h(
      "div",
      { class: "wf-filebox" },
      area,
      h("div", { class: "wf-line" }, mask, remove),
      has ? has.element : null,
    ),
    set,
    wide: true,
    group: true,
  };
}

export const pasted = (e) => [...((e.clipboardData && e.clipboardData.files) || [])][0];

export async function send(f, blob) {
  lastFile = f.key;
  const w = now.widgets.get(f.key), name = w.box.querySelector(".wf-filename");
  name.textContent = t("Sending…");
  const answer = await ask(async () => {
    const { path } = await host.upload(
      blob instanceof File ? blob : new File([blob], "pasted.png", { type: blob.type }),
    );
    return host.server.wf_file({ ...draft(), key: f.key, path, name: words(blob.name).slice(0, 200) });
  });
  if (answer.error) { w.set(standard(f)); under(f.key, answer.error); return; }
  keptFile(answer);
}

async function drop(f) {
  const answer = await ask(() => host.server.wf_file({ ...draft(), key: f.key, path: "", name: "" }));
  if (!answer.error) keptFile(answer);
}

/** Draw the field *key* again, if it is there. @param {string} key */
export function redrawFile(key) {
  const w = now.widgets.get(key);
  if (w) w.set(standard(w.field));
}

export function keptFile(answer) {
  if (!now.view || answer.bench !== now.view.bench) return;
  now.view.uploads = answer.uploads;
  now.widgets.forEach((w) => { if (["image", "video", "audio"].includes(w.field.kind)) w.set(standard(w.field)); });
  checked(answer);
}
