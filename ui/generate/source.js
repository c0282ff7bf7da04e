// What the form was filled from: noted with what is made of it, until it is taken away.
const $ = {};
element.querySelectorAll("[data-ref]").forEach((e) => { $[e.dataset.ref] = e; });
const HOW = { variation: "A variation of ", input: "Made from " };

function draw() {
  const v = props.value || {};
  $.box.hidden = !v.id;
  if (!v.id) return;
  $.picture.hidden = !v.thumb;
  if (v.thumb) $.picture.src = `api/images/${encodeURIComponent(v.id)}/${v.n}?thumbnail`;
  $.said.textContent = `${HOW[v.how] || "Made from "}“${v.prompt || "no prompt"}”`;
}
$.drop.onclick = () => trigger("drop", {});
$.picture.onclick = () => { const v = props.value; window.dispatchEvent(new CustomEvent("stepglass:open", { detail: { list: [v], at: 0 } })); };
watch("value", draw);
draw();
