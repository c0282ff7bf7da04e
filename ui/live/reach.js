// Whether the app is there, asked of it alone: whatever answers for it, while it is gone, is not it.

const PATIENCE = 4000; // milliseconds

/** Whether the app answers, and not a proxy in its place. */
export async function isAppInReach() {
  try {
    const answer = await fetch("healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return answer.status < 502 || answer.status > 504;
  } catch { return false; }
}
