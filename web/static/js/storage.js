// What a browser keeps of the log: pinned keys, the last checkpoint seen, receipts, acts on their way.
// Invariant: `update` reads and writes in one step, so two tabs cannot undo each other's progress.

/**
 * A place that keeps values by name.
 * @typedef {object} Storage
 * @property {(name: string) => Promise<any>} get undefined where nothing is kept
 * @property {(name: string, change: (value: any) => any) => Promise<any>} update keeps what `change` returns;
 *   undefined removes
 * @property {(prefix: string) => Promise<string[]>} names ascending
 */

/** A place that forgets with the page; for tests. @returns {Storage} */
export function memoryStorage() {
  const kept = new Map();
  return {
    get: async (name) => structuredClone(kept.get(name)),
    update: async (name, change) => {
      const value = change(structuredClone(kept.get(name)));
      if (value === undefined) kept.delete(name);
      else kept.set(name, structuredClone(value));
      return value;
    },
    names: async (prefix) => [...kept.keys()].filter((name) => name.startsWith(prefix)).sort(),
  };
}

const DATABASE = 'kaibiao-log';
const STORE = 'kept';

function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** A place in the browser's IndexedDB, one for each address. @returns {Storage} */
export function browserStorage() {
  let opened = null;
  const open = () => {
    if (opened === null) {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      opened = result(request);
    }
    return opened;
  };
  return {
    get: async (name) => result((await open()).transaction(STORE).objectStore(STORE).get(name)),
    update: async (name, change) => {
      const transaction = (await open()).transaction(STORE, 'readwrite', { durability: 'strict' });
      const store = transaction.objectStore(STORE);
      const done = new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
      });
      const value = change(await result(store.get(name)));
      if (value === undefined) store.delete(name);
      else store.put(value, name);
      await done;
      return value;
    },
    names: async (prefix) => {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      return result((await open()).transaction(STORE).objectStore(STORE).getAllKeys(range));
    },
  };
}
