// Acts that take away or make something: a second press that follows at once was not meant for what comes
// next, and a press while the first is under way was not meant to do it twice. Pure but for the clock.

const APART = 600;           // milliseconds: a double press is within them

/**
 * *act*, not done again while it is under way nor just after, unless its `free` says that what it did was
 * taken back.
 * @template {(...given: any[]) => any} F
 * @param {F} act
 * @param {() => number} [clock]  milliseconds
 * @returns {((...given: Parameters<F>) => Promise<Awaited<ReturnType<F>> | undefined>) & { free: () => void }}
 */
export function once(act, clock = () => performance.now()) {
  let isBusy = false, from = -Infinity;
  const run = async (/** @type {Parameters<F>} */ ...given) => {
    if (isBusy || clock() < from) return undefined;
    isBusy = true;
    try {
      return await act(...given);
    } finally {
      isBusy = false;
      from = clock() + APART;
    }
  };
  return Object.assign(run, { free: () => { from = -Infinity; } });
}
