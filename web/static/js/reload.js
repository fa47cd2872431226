// A page that loads itself again for news of the log, never against the person.
// Invariant: who is on the way to another page is not called back; where the way led nowhere, as with a download, the
// page is loaded again a little later.

/** So long after the person set out for another page, in ms, this one is taken to have stayed. */
const GONE = 10_000;

/**
 * @param {{target: EventTarget, time: () => number, load: () => void, later: (work: () => void, ms: number) => void}} means
 * @returns {() => void} loads the page again
 */
export function reloader({ target, time, load, later }) {
  let left = null;
  let waits = false;
  target.addEventListener('beforeunload', () => {
    left = time();
  });
  const again = () => {
    const stays = left === null ? 0 : left + GONE - time();
    if (stays <= 0) {
      load();
    } else if (!waits) {
      waits = true;
      later(() => {
        waits = false;
        again();
      }, stays);
    }
  };
  return again;
}

/** Loads this page again, unless the person is just leaving it. */
export const reload = reloader({
  target: globalThis,
  time: () => performance.now(),
  load: () => location.reload(),
  later: (work, ms) => setTimeout(work, ms),
});
