// A tender as it happens: server-sent events followed for as long as the page is open.
// Invariant: a fact is handed on once at most for each position; whatever breaks the line, it is taken up again after
// the last fact that came, and the page is told whether what it shows is current.

/** Without a word for so long, in ms, the line counts as broken: the platform speaks every ten seconds. */
const SILENCE = 25_000;
/** How long to wait before a line that the browser gave up is opened again, in ms. */
const PAUSES = [1_000, 2_000, 5_000, 10_000, 20_000];

/**
 * What a follower is told.
 * @typedef {object} Listener
 * @property {(told: {record: {seq: number, at: number, kind: string, body: object}, phase: string|null}) => void} onFact
 * @property {(now: number) => void} [onTime] the platform's time, ms
 * @property {(line: 'live'|'lost') => void} [onLine]
 */

const browserTimer = {
  set: (work, ms) => setTimeout(work, ms),
  clear: (timer) => clearTimeout(timer),
};

/**
 * Follows the events of a tender until it is told to stop.
 * @param {string} path of the events
 * @param {Listener} listener
 * @param {{source?: (url: string) => EventSource, timer?: typeof browserTimer}} [means] for tests
 * @returns {() => void} stops
 */
export function follow(path, { onFact, onTime = () => {}, onLine = () => {} }, means = {}) {
  const { source = (url) => new EventSource(url), timer = browserTimer } = means;
  const known = new Set();
  let last = null;
  let tries = 0;
  let line = null;
  let watch;
  let stopped = false;

  const heard = () => {
    timer.clear(watch);
    watch = timer.set(broken, SILENCE);
  };

  function broken() {
    if (stopped) return;
    line?.close();
    onLine('lost');
    timer.clear(watch);
    watch = timer.set(open, PAUSES[Math.min(tries, PAUSES.length - 1)]);
    tries += 1;
  }

  function open() {
    if (stopped) return;
    line = source(last === null ? path : `${path}?after=${last}`);
    heard();
    const own = line;
    const hears = (name, work) =>
      own.addEventListener(name, (event) => {
        if (own !== line || stopped) return;
        heard();
        work(event);
      });
    hears('open', () => {
      tries = 0;
      onLine('live');
    });
    hears('time', (event) => onTime(JSON.parse(event.data).now));
    hears('fact', (event) => {
      const told = JSON.parse(event.data);
      last = told.record.seq;
      if (known.has(last)) return;
      known.add(last);
      onFact(told);
    });
    // While it can, the browser comes back by itself, with Last-Event-ID; after an answer that is no stream it gives up.
    own.addEventListener('error', () => {
      if (own !== line || stopped) return;
      if (own.readyState === 2) broken();
      else onLine('lost');
    });
  }

  open();
  return () => {
    stopped = true;
    timer.clear(watch);
    line?.close();
  };
}
