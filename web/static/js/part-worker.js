// A worker that seals parts of one file: a seal job runs several, because one thread does not keep WebCrypto busy.
// Invariant: it keeps nothing and sends nothing over the network; what it is given and returns stays in the browser.

import { PartSealer, leavesOf, rangesOfFile } from './sealing.js';

let sealer = null;

self.onmessage = async ({ data }) => {
  try {
    if (data.begin) {
      const { key, salt, label, file } = data.begin;
      sealer = await PartSealer.of({ key, salt, label, length: file.size, read: rangesOfFile(file) });
      self.postMessage({ about: data.about });
      return;
    }
    const { offset, bytes } = await sealer.part(data.part);
    const leaves = await leavesOf(bytes);
    self.postMessage({ about: data.about, offset, bytes, leaves }, [bytes.buffer, leaves.buffer]);
  } catch (error) {
    self.postMessage({ about: data.about, failed: { zh: error.zh, en: error.en ?? String(error) } });
  }
};
