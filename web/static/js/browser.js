// Whether this browser can do what the pages need.
// Invariant: what is missing is told in words with the way out, before anything is begun.

import { say } from './language.js';

/**
 * What is missing here; empty if nothing is.
 * @returns {Promise<{name: string, what: string}[]>}
 */
export async function missing() {
  const found = [];
  const lacks = (name, zh, en) => found.push({ name, what: say(zh, en) });
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) {
    lacks('secure', '本页不是安全上下文:须以 https 打开平台', 'This page is not a secure context: the platform must be opened by https');
    return found;
  }
  try {
    await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  } catch {
    lacks('ed25519', '浏览器不支持 Ed25519 签名', 'The browser has no Ed25519 signatures');
  }
  if (!globalThis.indexedDB) lacks('storage', '浏览器无法保存密钥(IndexedDB 不可用)', 'The browser cannot keep keys (no IndexedDB)');
  if (!globalThis.Worker) lacks('worker', '浏览器不支持后台线程(Worker)', 'The browser has no workers');
  if (!globalThis.ReadableStream || !globalThis.Blob?.prototype.stream) lacks('streams', '浏览器不能分段读取文件', 'The browser cannot read files in pieces');
  return found;
}

/** What to do about it. @returns {string} */
export const wayOut = () =>
  say(
    '请更新浏览器(Chrome、Edge 137 以上,Firefox 130 以上,Safari 17 以上),或使用命令行程序 kaibiao,两者产生的文件完全相同。',
    'Update the browser (Chrome or Edge from 137, Firefox from 130, Safari from 17), or use the command-line program kaibiao: both make the very same files.',
  );
