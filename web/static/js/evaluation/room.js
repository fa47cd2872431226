// The evaluation room from this browser: a device key for one visit, and its signature under every request for a file.
// Invariant: the device's key is made here, cannot be exported, and is forgotten when the seat is left.

import { hex, lp, u64be } from '../bytes.js';
import { signerOf } from '../ed25519.js';

/** The header that carries a device's signature. */
export const HEADER = 'kaibiao-device';

/** What the key signs on entering. @returns {Uint8Array} */
export const deviceMessage = (origin, tender, seat) => lp('kaibiao/device/v1', origin, tender, seat);

/** What the key signs under a request. @param {number} at ms since 1970 UTC @returns {Uint8Array} */
export const requestMessage = (origin, path, at) => lp('kaibiao/device-request/v1', origin, path, u64be(at));

/** The room of one seat. */
export class Room {
  #storage;
  #name;
  #of;

  /**
   * @param {import('../storage.js').Storage} storage
   * @param {{origin: string, account: string, tender: string, seat: string}} of
   */
  constructor(storage, of) {
    this.#storage = storage;
    this.#of = of;
    this.#name = `device/${of.account}/${of.tender}/${of.seat}`;
  }

  /** Makes a key and keeps it; the body of `seat.entered`. @returns {Promise<{device: string, proof: string}>} */
  async enter() {
    const { privateKey, publicKey } = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    const bytes = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
    const signer = signerOf(privateKey, bytes);
    const proof = await signer.sign(deviceMessage(this.#of.origin, this.#of.tender, this.#of.seat));
    await this.#storage.update(this.#name, () => ({ key: privateKey, device: hex(bytes) }));
    return { device: hex(bytes), proof: hex(proof) };
  }

  /** Whether this browser has the key of a visit. */
  async isHere() {
    return (await this.#storage.get(this.#name)) !== undefined;
  }

  /** The header of a request for a path at an instant; empty where this browser has no key. */
  async headers(path, at) {
    const kept = await this.#storage.get(this.#name);
    if (kept === undefined) return {};
    const time = Math.round(at);
    const sig = await signerOf(kept.key, new Uint8Array()).sign(requestMessage(this.#of.origin, path, time));
    return { [HEADER]: `${time}.${hex(sig)}` };
  }

  /** Forgets the key. */
  async leave() {
    await this.#storage.update(this.#name, () => undefined);
  }
}
