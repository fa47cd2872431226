// The platform's time in the foot of every page and the time left beside every deadline, ticking.
//
// Invariant: what counts is the platform's clock. The machine's own clock is used to measure how much time has passed
// since the platform last told its time, never to say what time it is.

const RESYNC = 60_000;
/** The last part of a period, in ms, whose time left is shown so that nobody misses it. */
const URGENT = 3_600_000;
const english = document.documentElement.lang === 'en';
const foot = document.getElementById('server-clock');

/** @type {{ told: number, at: number }} the platform's time in milliseconds, and performance.now() when it was told */
let known = { told: Number(foot?.dataset.now), at: performance.now() };

/** The platform's time now, in milliseconds since 1970 UTC. */
export function now() {
  return known.told + (performance.now() - known.at);
}

const two = (number) => String(number).padStart(2, '0');

/** `2026-11-22 16:05:09`, in the time of China (UTC+8). */
export function clock(millis) {
  return new Date(millis + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Time left in words, as the server writes it. */
export function left(millis) {
  if (millis <= 0) return english ? '(passed)' : '(已过)';
  const seconds = Math.floor(millis / 1_000);
  const days = Math.floor(seconds / 86_400);
  const time = [Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  if (days === 0) return english ? `(${time} left)` : `(还有 ${time})`;
  return english ? `(${days} d ${time} left)` : `(还有 ${days} 天 ${time})`;
}

function tick() {
  const time = now();
  if (foot) foot.textContent = `${clock(time)} +08:00`;
  for (const place of document.querySelectorAll('[data-until]')) {
    const rest = Number(place.dataset.until) - time;
    const text = left(rest);
    if (place.textContent !== text) place.textContent = text;
    place.classList.toggle('urgent', rest > 0 && rest <= URGENT);
  }
  for (const place of document.querySelectorAll('[data-gone]')) place.hidden = time >= Number(place.dataset.gone);
}

async function resync() {
  const sent = performance.now();
  try {
    const answer = await fetch('/api/platform', { headers: { accept: 'application/json' } });
    const { now: told } = await answer.json();
    const received = performance.now();
    // The answer was written somewhere between sending and receiving.
    if (answer.ok && Number.isFinite(told)) known = { told, at: (sent + received) / 2 };
  } catch {
    // Without an answer the last known time goes on.
  }
}

if (Number.isFinite(known.told)) {
  // A page can lie in the browser for long before its script runs: the time told in it is old then.
  tick();
  resync().then(tick);
  setInterval(tick, 1_000);
  setInterval(resync, RESYNC);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) resync().then(tick);
  });
}
