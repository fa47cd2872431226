// Seals parts of a file in several workers, or in this thread where there are none.
// Invariant: at most as many parts are in memory as were asked for and not yet taken.

import { Wrong } from './bytes.js';
import { ownWorker } from './own-worker.js';
import { PART, PartSealer } from './sealing.js';

/**
 * @typedef {{offset: number, bytes: Uint8Array, leaves: Uint8Array}} SealedPart
 * @typedef {object} PartPool
 * @property {(number: number) => Promise<SealedPart>} part seals one part
 * @property {(part: SealedPart) => void} giveBack hands the memory of a part back, to be used again
 * @property {() => void} end
 * @property {number} width parts that are sealed at the same time
 */

/** Sealing in this thread, one part after the other. @returns {Promise<PartPool>} */
async function alone(what) {
  const sealer = await PartSealer.of(what);
  let turn = Promise.resolve();
  const part = (number) => {
    const made = turn.then(() => sealer.part(number));
    turn = made.catch(() => {});
    return made;
  };
  return { part, giveBack: () => {}, end: () => {}, width: 1 };
}

function broken({ zh, en }) {
  return zh ? new Wrong(zh, en) : new Wrong(`加密线程出错：${en}`, `a sealing thread failed: ${en}`);
}

class PartWorker {
  #worker = ownWorker('part-worker.js');
  #waiting = new Map();

  constructor() {
    this.#worker.onmessage = ({ data }) => {
      const { resolve, reject } = this.#waiting.get(data.about);
      this.#waiting.delete(data.about);
      if (data.failed) reject(broken(data.failed));
      else resolve(data);
    };
    this.#worker.onerror = ({ message }) => {
      for (const { reject } of this.#waiting.values()) reject(broken({ en: message }));
      this.#waiting.clear();
    };
  }

  ask(question, moved = []) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(question.about, { resolve, reject });
      this.#worker.postMessage(question, moved);
    });
  }

  end() {
    this.#worker.terminate();
  }
}

/** Workers for so many cores: one stays free for the page and the network, four are enough for any disk. */
const widthFor = (cores) => Math.max(2, Math.min(4, cores - 1));

/**
 * @param {{key: Uint8Array, salt: Uint8Array, label: Uint8Array, file: Blob}} what label: its digest
 * @param {number} [width] workers; 0 seals in this thread
 * @returns {Promise<PartPool>}
 */
export async function partPool(what, width = typeof Worker === 'undefined' ? 0 : widthFor(navigator.hardwareConcurrency)) {
  if (width === 0) return alone(what);
  const { key, salt, label, file } = what;
  const workers = Array.from({ length: width }, () => new PartWorker());
  await Promise.all(workers.map((worker) => worker.ask({ about: 'begin', begin: { key, salt, label, file } })));
  const rooms = [];
  return {
    part: (number) => {
      const room = rooms.pop() ?? new ArrayBuffer(PART);
      return workers[number % width].ask({ about: number, part: number, room }, [room]);
    },
    giveBack: ({ bytes }) => rooms.push(bytes.buffer),
    end: () => workers.forEach((worker) => worker.end()),
    width,
  };
}
