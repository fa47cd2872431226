// Whether somebody is at the seat: without input for long, and after a closed page, the seat counts as left.
// Invariant: it only watches that there is input, never what it is; what follows is signed as `seat.left` by the page.

/** Without input for so long, in ms, nobody is there. */
export const IDLE = 10 * 60_000;
/** A page that is open says so this often, in ms. */
const BEAT = 10_000;
/** Without such a word for so long, in ms, every page of the seat was closed. */
export const CLOSED = 60_000;

const INPUTS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'scroll'];

/** A seat that is watched while it is in the room. */
export class Watch {
  #name;
  #means;
  #onIdle;
  #last = 0;
  #timer = null;
  #input = () => {
    this.#last = this.#means.time();
  };

  /**
   * @param {string} name of the seat, for the word that its pages leave
   * @param {() => void} onIdle told once, when nobody was there for `IDLE`
   * @param {{time: () => number, kept: Storage, target: EventTarget, every: (work: () => void, ms: number) => number, end: (timer: number) => void}} [means] for tests
   */
  constructor(name, onIdle, means) {
    this.#name = `seat-open/${name}`;
    this.#onIdle = onIdle;
    this.#means = means ?? { time: () => Date.now(), kept: localStorage, target: document, every: (work, ms) => setInterval(work, ms), end: (timer) => clearInterval(timer) };
  }

  /** Whether a page of this seat was open just now; a reload takes less than the time allowed. */
  wasOpen() {
    const last = Number(this.#means.kept.getItem(this.#name) ?? 0);
    return this.#means.time() - last < CLOSED;
  }

  /** Begins to watch; again is nothing. */
  begin() {
    if (this.#timer !== null) return;
    this.#input();
    this.#means.kept.setItem(this.#name, String(this.#last));
    for (const name of INPUTS) this.#means.target.addEventListener(name, this.#input, { capture: true, passive: true });
    this.#timer = this.#means.every(() => this.#look(), BEAT);
  }

  /** Ends it: the seat is left. */
  end() {
    if (this.#timer === null) return;
    this.#means.end(this.#timer);
    this.#timer = null;
    for (const name of INPUTS) this.#means.target.removeEventListener(name, this.#input, { capture: true });
    this.#means.kept.removeItem(this.#name);
  }

  #look() {
    const now = this.#means.time();
    this.#means.kept.setItem(this.#name, String(now));
    if (now - this.#last < IDLE) return;
    this.end();
    this.#onIdle();
  }
}
