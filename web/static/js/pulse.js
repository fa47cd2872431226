// The pulse of the log: told whenever it grows, for pages that then ask what has become of their own matter.
// Invariant: many entries in a row are told once; when the line stands for the first time or again after a break, the
// page is told too, for it may have missed some.

/** At least so long between two tellings, in ms. */
const PACE = 1_500;
/** Without a word for so long, in ms, the line counts as broken: the platform speaks every ten seconds. */
const SILENCE = 25_000;
const AGAIN = 3_000;

const browserTimer = { set: (work, ms) => setTimeout(work, ms), clear: (timer) => clearTimeout(timer) };

/**
 * Follows the log until it is told to stop.
 * @param {{onGrown: () => void, onLine?: (line: 'live'|'lost') => void}} listener
 * @param {{source?: (url: string) => EventSource, timer?: typeof browserTimer}} [means] for tests
 * @returns {() => void} stops
 */
export function pulse({ onGrown, onLine = () => {} }, means = {}) {
  const { source = (url) => new EventSource(url), timer = browserTimer } = means;
  let line = null;
  let watch;
  let beat = null;
  let size = null;

  const tell = () => {
    if (beat !== null) return;
    beat = timer.set(() => {
      beat = null;
      onGrown();
    }, PACE);
  };
  const heard = () => {
    timer.clear(watch);
    watch = timer.set(broken, SILENCE);
  };
  function broken() {
    line.close();
    onLine('lost');
    timer.clear(watch);
    watch = timer.set(open, AGAIN);
  }
  function open() {
    const own = source('/api/log/events');
    line = own;
    heard();
    own.addEventListener('open', () => {
      heard();
      onLine('live');
    });
    own.addEventListener('time', heard);
    own.addEventListener('checkpoint', (event) => {
      heard();
      const now = JSON.parse(event.data).size;
      // The first one is told too: whatever was written after the page last asked and before the line stood is in it.
      if (now !== size) tell();
      size = now;
    });
    own.addEventListener('error', () => {
      if (own !== line) return;
      onLine('lost');
      if (own.readyState === 2) broken();
    });
  }
  open();
  return () => {
    timer.clear(watch);
    timer.clear(beat);
    line.close();
  };
}
