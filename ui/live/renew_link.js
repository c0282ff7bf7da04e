// A private link is renewed once that is confirmed: whoever has the old one sees nothing any more.

import { toast } from "../shell/toast.js";
import { said } from "../words/said.js";
import { t } from "../words/words.js";

/** Renew the link of generation *id*. @param {string} id @param {(link: string) => void} then  takes the new one */
export function renewLink(id, then) {
  toast(t("The link that you gave out stops working. Renew it?"), t("Renew"), async () => {
    try {
      const address = new URL(`api/generations/${encodeURIComponent(id)}/link`, document.baseURI);
      const answer = await fetch(address, { method: "POST" });
      const renewed = await answer.json();
      if (!answer.ok) throw new Error(renewed.error);
      then(renewed.privateLink.slice(1));
      toast(t("The old link no longer works. Copy the new one."));
    } catch (error) { toast(said(error.message) || t("The link could not be renewed: try again.")); }
  });
}
