// A line between a browser and a zone that can be cut: for connections that break in the middle of an upload.
// Invariant: a cut line closes every connection at once and takes no new one until it is mended; bytes are never changed.

import { connect, createServer } from 'node:net';

/** A line to the zone at an address. */
export class Wire {
  /** Bytes that went to the zone. */
  sent = 0;
  /** How often the line was cut. */
  cuts = 0;
  #open = new Set();
  #server;
  #down = false;
  #next = null;

  /** @param {string} zone its address @returns {Promise<Wire>} */
  static async to(zone) {
    const { hostname, port } = new URL(zone);
    const wire = new Wire();
    wire.#server = createServer((near) => wire.#pair(near, hostname, Number(port)));
    await new Promise((resolve) => wire.#server.listen(0, '127.0.0.1', resolve));
    wire.base = `http://127.0.0.1:${wire.#server.address().port}`;
    return wire;
  }

  #pair(near, host, port) {
    if (this.#down) {
      near.destroy();
      return;
    }
    const far = connect(port, host);
    for (const [one, other] of [[near, far], [far, near]]) {
      this.#open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#open.delete(one);
        other.destroy();
      });
    }
    near.on('data', (bytes) => {
      this.sent += bytes.length;
      if (this.#next !== null && this.sent >= this.#next.at) this.cut(this.#next.ms);
    });
    near.pipe(far);
    far.pipe(near);
  }

  /** Cuts the line for so many ms. */
  cut(ms) {
    this.#next = null;
    this.#down = true;
    this.cuts += 1;
    for (const socket of this.#open) socket.destroy();
    setTimeout(() => (this.#down = false), ms);
  }

  /** Cuts the line for so many ms once so many more bytes went out. */
  cutAfter(bytes, ms) {
    this.#next = { at: this.sent + bytes, ms };
  }

  end() {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }
}
