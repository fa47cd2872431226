// Signing in from a page: the zone's challenge, signed by a key of this browser, becomes a cookie.
// Invariant: the token of the session is in an HttpOnly cookie; no script ever sees it.

import { request } from './api.js';
import { hex, lp, unhex } from './bytes.js';
import { Trust } from './trust.js';

/** The zone of this page: `procurement`, `evaluation` or `supervision`. @returns {string} */
export const zone = () => document.documentElement.dataset.zone;

/**
 * Opens a session of this zone.
 * @param {import('./ed25519.js').Signer} key
 * @param {Trust} [trust]
 * @returns {Promise<{account: string, roles: string[], expires: number}>}
 * @throws {import('./problem.js').Refused} `session.refused` if the key is no account's
 */
export async function signIn(key, trust) {
  const { origin } = trust ?? (await Trust.open());
  const asked = await request('/api/session/challenge', { method: 'POST', body: {} });
  const { challenge } = await asked.json();
  const sig = await key.sign(lp('kaibiao/session/v1', origin, zone(), unhex(challenge, 32)));
  const body = { challenge, key: hex(key.publicKey), sig: hex(sig) };
  const answer = await request('/api/session?cookie=1', { method: 'POST', body });
  return answer.json();
}
