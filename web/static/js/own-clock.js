// This machine's own clock, by which it decides whether a deadline has passed.
// Invariant: the platform's time is taken in its place only on a platform that calls itself a demonstration, and only
// after the person said so on this page; a clock that the platform moves protects nobody from the platform.

import { getJson } from './api.js';

/** From so many milliseconds on the clocks are said to differ. */
const APART = 120_000;

/** The own clock of one page. */
export class OwnClock {
  #offset = 0;
  /** Milliseconds by which the platform's clock is ahead of this machine's. */
  ahead = 0;
  /** Whether the platform calls itself a demonstration. */
  demo = false;

  /** @param {{fetch?: typeof fetch, machine?: () => number}} [means] @returns {Promise<OwnClock>} */
  static async read({ fetch, machine = Date.now } = {}) {
    const clock = new OwnClock();
    clock.machine = machine;
    const sent = machine();
    const { now, demo } = await getJson('/api/platform', { fetch });
    clock.ahead = now - (sent + machine()) / 2;
    clock.demo = demo === true;
    return clock;
  }

  /** Now, in ms since 1970 UTC. */
  now() {
    return this.machine() + this.#offset;
  }

  /** Whether the clocks differ so much that deadlines come at other times. */
  get isApart() {
    return this.#offset === 0 && Math.abs(this.ahead) > APART;
  }

  /** Follows the movable clock of a demonstration from now on; elsewhere nothing happens. */
  followDemo() {
    if (this.demo) this.#offset = this.ahead;
  }
}
