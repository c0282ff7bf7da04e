// A job that is to be shown, whichever part of the page says so.

import { on } from "../shell/events.js";

/** Let *host*, the page's own panel, show what is called for. @param {import("../shell/host.js").Host} host */
export function comesWhenCalled(host) {
  if (!host.props.linked) return;
  on("job", ({ detail: { id } }) => {
    document.getElementById("tab-generate-button")?.click();
    host.trigger("attach", { job: id });
  });
}
