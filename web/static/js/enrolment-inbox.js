// The registrar's inbox (注册申请收件箱), from both sides: an applicant sends a request and asks what became of it; a
// registrar reads, declines and discards.
// Invariant: the ticket, by which alone the platform tells what became of a request, is kept here and never in an address.

import { getJson, request } from './api.js';
import { Refused } from './problem.js';

const PREFIX = 'enrolment/';

/**
 * Sends a request and keeps its ticket.
 * @param {import('./storage.js').Storage} storage
 * @param {object} body as `enrolment` of `enrolment.js` made it
 */
export async function send(storage, body) {
  const answer = await request('/api/enrolments', { method: 'POST', body });
  const { ticket, until } = await answer.json();
  await storage.update(PREFIX + body.account, () => ({ ticket, until }));
}

/** The accounts whose requests this browser has sent. @param {import('./storage.js').Storage} storage */
export async function sent(storage) {
  return (await storage.names(PREFIX)).map((name) => name.slice(PREFIX.length));
}

/**
 * What became of a request that was sent from here.
 * @returns {Promise<{account: string, since: number, state: string, until: number, reason?: string}|null>} null if the
 *   platform knows it no more
 */
export async function standing(storage, account) {
  const { ticket } = await storage.get(PREFIX + account);
  try {
    return await getJson('/api/enrolments/standing', { method: 'POST', body: { ticket } });
  } catch (error) {
    if (error instanceof Refused && error.code === 'enrolment.unknown') return null;
    throw error;
  }
}

/** Forgets the ticket. */
export const forget = (storage, account) => storage.update(PREFIX + account, () => undefined);

/** The requests that wait. @returns {Promise<{id: string, request: object, since: number, until: number}[]>} */
export const waiting = async () => (await getJson('/api/enrolments')).requests;

/** Declines a request. @param {string} id @param {string} reason for the applicant */
export const decline = (id, reason) => request(`/api/enrolments/${id}/refusal`, { method: 'POST', body: { reason } });

/** Removes a request without a trace. @param {string} id */
export const discard = (id) => request(`/api/enrolments/${id}`, { method: 'DELETE' });
