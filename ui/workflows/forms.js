// Forms that are open besides the one that is shown: taken up again, closed.
async function forms() {
  const answer = await ask(() => server.wf_forms({}));
  if (!answer.error) drawForms(answer);
}

function drawForms({ forms: list }) {
  const others = list.filter((one) => !view || one.bench !== view.bench);
  $.formList.replaceChildren(...others.map((one) => h("li", {},
    h("button", { type: "button", class: "wf-preset", onclick: () => resume(one.bench) }, h("strong", {}, one.name), h("span", {}, one.about)),
    h("button", { type: "button", class: "wf-bin", title: "Close", "aria-label": `Close the form ${one.name}`, onclick: () => closeForm(one) }, "×"))));
  show($.forms, others.length > 0);
}

async function resume(bench) {
  await opened(() => server.wf_resume({ bench }));
  if (view && view.bench === bench && view.job) trigger("follow", { job: view.job });
}

async function closeForm({ bench, name }) {
  const answer = await ask(() => server.wf_close({ bench }));
  if (answer.error) return window.stepglassToast(answer.error);
  drawForms(answer);
  window.stepglassToast(`Closed “${name}”.`, "Undo", async () => {
    const back = await ask(() => server.wf_reopen({ bench }));
    if (back.error) window.stepglassToast(back.error); else drawForms(back);
  });
}
