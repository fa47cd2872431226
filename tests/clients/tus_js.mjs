// tus-js-client against a running platform: whole uploads, cut connections, taking up again, ending.
//
// Invariant: every upload that is said to succeed is compared with the digest that the platform computed.
//
// Arguments: address of the procurement zone, token of somebody who may upload documents, longest upload in bytes.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, connect } from "node:net";
import { Upload } from "tus-js-client";

const [base, token, longest] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${token}` };
const MIB = 1024 * 1024;

function noise(length, seed) {
  const bytes = Buffer.alloc(length + 3);
  let state = seed;
  for (let at = 0; at < length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes.subarray(0, length);
}

// Begins an upload; settles when it is over, with what happened on the way.
function upload(bytes, options = {}, begun = () => {}) {
  return new Promise((settle, fail) => {
    const seen = { retries: 0, accepted: [] };
    const one = new Upload(bytes, {
      endpoint: `${base}/api/uploads`,
      headers,
      metadata: { kind: "document" },
      chunkSize: MIB,
      retryDelays: null,
      onChunkComplete: (_, accepted) => seen.accepted.push(accepted),
      onSuccess: () => settle({ url: one.url, ...seen }),
      onError: fail,
      ...options,
      onShouldRetry: () => {
        seen.retries += 1;
        return true;
      },
    });
    begun(one);
    one.start();
  });
}

async function ask(url) {
  return fetch(url, { method: "HEAD", headers: { ...headers, "Tus-Resumable": "1.0.0" } });
}

async function assertIsThere(url, bytes) {
  const answer = await ask(url);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("upload-offset"), String(bytes.length));
  assert.equal(answer.headers.get("upload-metadata"), "kind ZG9jdW1lbnQ=");
  assert.equal(answer.headers.get("kaibiao-digest"), createHash("sha256").update(bytes).digest("hex"));
}

// A way to the platform on which a connection is cut after so many bytes towards it, so many times.
async function brittle(limit, times) {
  const { hostname, port } = new URL(base);
  const way = { cuts: 0 };
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let carried = 0;
    near.on("data", (bytes) => {
      carried += bytes.length;
      if (carried > limit && way.cuts < times) {
        way.cuts += 1;
        far.write(bytes.subarray(0, bytes.length >> 1), () => {
          near.destroy();
          far.destroy();
        });
      } else {
        far.write(bytes);
      }
    });
    far.on("data", (bytes) => near.write(bytes));
    for (const [one, other] of [[near, far], [far, near]]) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  way.endpoint = `http://127.0.0.1:${server.address().port}/api/uploads`;
  way.close = () => server.close();
  return way;
}

const tries = {
  async "in parts"() {
    const bytes = noise(3 * MIB + 17, 1);
    const { url, accepted } = await upload(bytes);
    assert.deepEqual(accepted, [MIB, 2 * MIB, 3 * MIB, 3 * MIB + 17]);
    await assertIsThere(url, bytes);
  },
  async "with the first part in the request that begins it"() {
    const bytes = noise(2 * MIB + 1, 2);
    const { url } = await upload(bytes, { uploadDataDuringCreation: true });
    await assertIsThere(url, bytes);
    const empty = await upload(Buffer.alloc(0));
    await assertIsThere(empty.url, Buffer.alloc(0));
  },
  async "over a way that breaks"() {
    const bytes = noise(6 * MIB, 3);
    const way = await brittle(MIB + MIB / 2, 3);
    const done = await upload(bytes, {
      endpoint: way.endpoint,
      chunkSize: 4 * MIB,
      retryDelays: [50, 100, 200, 400],
    });
    way.close();
    assert.equal(way.cuts, 3);
    assert.ok(done.retries >= 3, `${done.retries} retries`);
    await assertIsThere(new URL(new URL(done.url).pathname, base).href, bytes);
  },
  async "taken up by another client"() {
    const bytes = noise(4 * MIB, 4);
    let first;
    const stopped = new Promise((settle, fail) => {
      const options = { onChunkComplete: () => first.abort().then(() => settle(first.url), fail) };
      upload(bytes, options, (one) => { first = one; }).then(fail, fail);
    });
    const url = await stopped;
    const before = Number((await ask(url)).headers.get("upload-offset"));
    assert.ok(before >= MIB && before < bytes.length, `${before}`);
    const { accepted } = await upload(bytes, { endpoint: undefined, uploadUrl: url });
    assert.ok(accepted[0] > before, `${accepted[0]}`);
    await assertIsThere(url, bytes);
  },
  async "ended by who began it"() {
    let one;
    const options = { onChunkComplete: () => one.abort(true).then(() => stop(one.url), fail) };
    let stop;
    let fail;
    const stopped = new Promise((settle, broken) => { stop = settle; fail = broken; });
    upload(noise(3 * MIB, 5), options, (begun) => { one = begun; }).then(fail, fail);
    assert.equal((await ask(await stopped)).status, 404);
  },
  async "by POST in the clothes of PATCH"() {
    const bytes = noise(MIB + 5, 6);
    const { url } = await upload(bytes, { overridePatchMethod: true });
    await assertIsThere(url, bytes);
  },
  async "refused before a byte is sent"() {
    const status = (error) => error.originalResponse.getStatus();
    const code = (error) => JSON.parse(error.originalResponse.getBody()).code;
    const tooLong = await upload(Buffer.alloc(Number(longest) + 1)).catch((error) => error);
    assert.deepEqual([status(tooLong), code(tooLong)], [413, "upload.too_long"]);
    const later = await upload(noise(10, 7), { uploadLengthDeferred: true }).catch((error) => error);
    assert.deepEqual([status(later), code(later)], [400, "upload.length_deferred"]);
    const named = await upload(noise(10, 8), { metadata: { kind: "document", filename: "投标文件.pdf" } })
      .catch((error) => error);
    assert.deepEqual([status(named), code(named)], [400, "upload.kind"]);
  },
};

for (const [name, attempt] of Object.entries(tries)) {
  await attempt();
  console.log(`tus-js-client: ${name}`);
}
process.exit(0);
