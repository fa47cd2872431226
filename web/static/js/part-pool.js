// Seals parts of a file in several workers, or in this thread where there are none.
// Invariant: at most as many parts are in memory as were asked for and not yet taken.

import { Wrong } from './bytes.js';
import { PartSealer, leavesOf, rangesOfFile } from './sealing.js';

/**
 * @typedef {{offset: number, bytes: Uint8Array, leaves: Uint8Array}} SealedPart
 * @typedef {{part: (number: number) => Promise<SealedPart>, end: () => void, width: number}} PartPool
 *   width: parts that are sealed at the same time
 */

/** Sealing in this thread. @returns {Promise<PartPool>} */
async function alone({ key, salt, label, file }) {
  const sealer = await PartSealer.of({ key, salt, label, length: file.size, read: rangesOfFile(file) });
  const part = async (number) => {
    const made = await sealer.part(number);
    return { ...made, leaves: await leavesOf(made.bytes) };
  };
  return { part, end: () => {}, width: 1 };
}

function broken({ zh, en }) {
  return zh ? new Wrong(zh, en) : new Wrong(`加密线程出错：${en}`, `a sealing thread failed: ${en}`);
}

class PartWorker {
  #worker = new Worker(new URL('./part-worker.js', import.meta.url), { type: 'module' });
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

  ask(question) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(question.about, { resolve, reject });
      this.#worker.postMessage(question);
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
  return {
    part: (number) => workers[number % width].ask({ about: number, part: number }),
    end: () => workers.forEach((worker) => worker.end()),
    width,
  };
}
