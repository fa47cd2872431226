// Hashes a file away from the page's thread, so that a person sees what will be sealed before anything is sent.
// Invariant: it keeps nothing and sends nothing over the network.
//
// Messages in:  { about, file }    Messages out: { about, read } · { about, sha256 } · { about, failed: { zh, en } }

import { hex } from './bytes.js';
import { sha256 } from './noble.js';

async function digest(about, file) {
  const hash = sha256.create();
  const reader = file.stream().getReader();
  let read = 0;
  let told = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    hash.update(next.value);
    read += next.value.length;
    if (read - told > 4_194_304) {
      self.postMessage({ about, read });
      told = read;
    }
  }
  self.postMessage({ about, sha256: hex(hash.digest()) });
}

self.onmessage = async ({ data: { about, file } }) => {
  try {
    await digest(about, file);
  } catch (error) {
    const zh = `文件 ${file.name} 无法读取:${error.message}`;
    self.postMessage({ about, failed: { zh, en: `${file.name} cannot be read: ${error.message}` } });
  }
};
