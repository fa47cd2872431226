// A tus 1.0 server for tests, in memory: it does what the platform does, and breaks where a test asks it to.

import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { treeDigest } from '../static/js/tree64k.js';
import { hex } from '../static/js/bytes.js';

/** So many random bytes, more than WebCrypto gives at once. */
export const filled = (size) => new Uint8Array(randomBytes(size));

/**
 * @returns {Promise<{url: string, uploads: Map<string, object>, faults: object[], requests: string[], end: () => void}>}
 *   page: answers what is no upload. faults: taken from the front by PATCH requests: `{cut: bytes}` closes the connection after so many bytes,
 *   `{spoil: true}` changes a byte on its way, `{status, headers}` answers so
 */
export async function tusServer({ extensions = 'creation,checksum,termination,expiration', most = 1e9, page } = {}) {
  const uploads = new Map();
  const faults = [];
  const requests = [];
  let next = 1;

  const problem = (res, status, code, headers = {}) => {
    res.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
    res.end(JSON.stringify({ code, detail: `refused: ${code}`, zh: `拒绝:${code}`, status }));
  };
  const state = (res, status, upload) => {
    const headers = { 'tus-resumable': '1.0.0', 'upload-offset': upload.bytes.length, 'upload-length': upload.length };
    if (upload.digest) headers['kaibiao-digest'] = upload.digest;
    res.writeHead(status, headers);
    res.end();
  };

  async function receive(req, res, upload) {
    const fault = faults.shift() ?? {};
    if (fault.status) {
      req.resume();
      return problem(res, fault.status, 'test.fault', fault.headers);
    }
    if (Number(req.headers['upload-offset']) !== upload.bytes.length) {
      req.resume();
      return problem(res, 409, 'upload.offset');
    }
    const pieces = [];
    let arrived = 0;
    for await (const piece of req) {
      pieces.push(piece);
      arrived += piece.length;
      if (fault.cut !== undefined && arrived >= fault.cut) {
        upload.bytes = Buffer.concat([upload.bytes, Buffer.concat(pieces).subarray(0, fault.cut)]);
        req.socket.destroy();
        return undefined;
      }
    }
    const got = Buffer.concat(pieces);
    if (fault.spoil) got[0] ^= 1;
    const [algorithm, checksum] = (req.headers['upload-checksum'] ?? '').split(' ');
    if (algorithm === 'sha256' && createHash('sha256').update(got).digest('base64') !== checksum) {
      return problem(res, 460, 'upload.checksum');
    }
    upload.checked ||= algorithm === 'sha256';
    upload.bytes = Buffer.concat([upload.bytes, got]);
    if (upload.bytes.length === upload.length) upload.digest = hex(await treeDigest(new Uint8Array(upload.bytes)));
    return state(res, 204, upload);
  }

  const server = createServer((req, res) => {
    requests.push(`${req.method} ${req.url}`);
    const upload = uploads.get(req.url);
    if (page && !req.url.startsWith('/api/')) return page(req, res);
    if (req.method === 'OPTIONS') {
      res.writeHead(204, { 'tus-version': '1.0.0', 'tus-extension': extensions, 'tus-checksum-algorithm': 'sha1,sha256', 'tus-max-size': most });
      return res.end();
    }
    if (req.headers['tus-resumable'] !== '1.0.0') return problem(res, 412, 'upload.version');
    if (req.method === 'POST') {
      const length = Number(req.headers['upload-length']);
      if (length > most) return problem(res, 413, 'upload.too_long');
      const url = `/api/uploads/${next}`;
      next += 1;
      uploads.set(url, { bytes: Buffer.alloc(0), length, metadata: req.headers['upload-metadata'] });
      res.writeHead(201, { location: url, 'upload-expires': 'Sun, 29 Nov 2026 08:00:00 GMT' });
      return res.end();
    }
    if (!upload) return problem(res, 404, 'upload.unknown');
    const range = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '');
    if (req.method === 'GET') {
      const part = range ? upload.bytes.subarray(Number(range[1]), Number(range[2]) + 1) : upload.bytes;
      res.writeHead(range ? 206 : 200);
      return res.end(part);
    }
    if (req.method === 'HEAD') return state(res, 200, upload);
    if (req.method === 'DELETE') {
      uploads.delete(req.url);
      res.writeHead(204);
      return res.end();
    }
    return receive(req, res, upload).catch(() => req.socket.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/api/uploads`, uploads, faults, requests, end };
}
