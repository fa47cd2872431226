// A worker that seals parts of one file: a seal job runs several, because one thread does not keep WebCrypto busy.
// Invariant: it keeps nothing and sends nothing over the network; what it is given and returns stays in the browser.

import { PartSealer } from './sealing.js';

let sealer = null;
let turn = Promise.resolve();

async function answer({ about, begin, part, room }) {
  try {
    if (begin) {
      sealer = await PartSealer.of(begin);
      self.postMessage({ about });
      return;
    }
    const made = await sealer.part(part, room);
    self.postMessage({ about, ...made }, [made.bytes.buffer, made.leaves.buffer]);
  } catch (error) {
    self.postMessage({ about, failed: { zh: error.zh, en: error.en ?? String(error) } });
  }
}

self.onmessage = ({ data }) => {
  turn = turn.then(() => answer(data));
};
