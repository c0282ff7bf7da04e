// How many are made of one press.
function drawMany() {
  const count = h("input", { id: "wf-prompts", type: "number", class: "wf-input wf-number", min: 1, max: 100, step: 1, value: many.prompts || 1, oninput: () => { many.prompts = count.value; changed(); } });
  $.manyFields.replaceChildren(h("div", { class: "wf-field" }, h("div", { class: "wf-top" }, h("label", { class: "wf-label", for: "wf-prompts" }, "Number of prompts")), count));
}
