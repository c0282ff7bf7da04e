// The page's address names what is shown, so that a reload or a link comes back to it.

import { rename } from "../shell/places.js";

/** Name *job* in the address. @param {string} job */
export function nameJob(job) {
  const url = new URL(location.href);
  if (url.searchParams.get("job") === job) return;
  url.searchParams.set("job", job);
  url.searchParams.delete("key");
  rename(url);
}

/** Name none any more. */
export function forgetJob() {
  const url = new URL(location.href);
  url.searchParams.delete("job");
  url.searchParams.delete("key");
  rename(url);
}
