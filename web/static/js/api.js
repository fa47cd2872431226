// Talking to the platform's API.
// Invariant: an answer is either what was asked for, a `Refused` with the platform's sentences, or `Unreachable`.

import { spellText } from './canonical.js';
import { Refused, Unreachable } from './problem.js';

const MAX_PROBLEM = 1 << 20;

/**
 * One request; the cookie of the zone goes along.
 * @param {string} path on this origin, or a full address
 * @param {{method?: string, body?: unknown, text?: string, headers?: Record<string, string>, signal?: AbortSignal,
 *   fetch?: typeof fetch}} [options] `body` is sent as canonical JSON, `text` as it stands
 * @returns {Promise<Response>} with a status below 400
 */
export async function request(path, options = {}) {
  const { method = 'GET', body, text, headers = {}, signal } = options;
  const send = options.fetch ?? globalThis.fetch;
  const content = body === undefined ? text : spellText(body);
  let response;
  try {
    response = await send(path, {
      method,
      body: content,
      headers: { ...(content === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable(
      '平台没有应答。请检查网络后重试。',
      'The platform does not answer. Check the connection and try again.',
      { cause: error },
    );
  }
  if (response.status >= 400) throw await failure(response);
  return response;
}

async function failure(response) {
  const kind = response.headers.get('content-type') ?? '';
  if (kind.startsWith('application/problem+json')) {
    const text = await response.text().catch(() => '');
    if (text.length <= MAX_PROBLEM) {
      try {
        const document = JSON.parse(text);
        if (document !== null && typeof document.code === 'string') {
          return new Refused({ ...document, status: response.status });
        }
      } catch {
        // Not a problem document after all: told below by its status.
      }
    }
  }
  return new Unreachable(
    `平台的应答无法理解(状态 ${response.status})。请稍后重试。`,
    `The answer could not be understood (status ${response.status}). Try again later.`,
  );
}

async function finished(promise) {
  try {
    return await promise;
  } catch (error) {
    throw new Unreachable('应答在途中断。请重试。', 'The answer broke off. Try again.', { cause: error });
  }
}

/** The JSON of an answer. @param {string} path @param {Parameters<typeof request>[1]} [options] */
export async function getJson(path, options) {
  return finished((await request(path, options)).json());
}

/** The text of an answer. @param {string} path @param {Parameters<typeof request>[1]} [options] */
export async function getText(path, options) {
  return finished((await request(path, options)).text());
}
