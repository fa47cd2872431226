// The inbox as an applicant's browser sees it.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { forget, send, sent, standing } from '../static/js/enrolment-inbox.js';
import { Refused } from '../static/js/problem.js';
import { memoryStorage } from '../static/js/storage.js';

const TICKET = 'ab'.repeat(32);
const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});

/** Answers every request by these, in order; what was asked. */
function answers(...list) {
  const asked = [];
  globalThis.fetch = async (path, { method, body }) => {
    asked.push({ path, method, body });
    const { status = 200, json, kind = 'application/json' } = list.shift();
    return new Response(JSON.stringify(json), { status, headers: { 'content-type': kind } });
  };
  return asked;
}

const problem = (status, code) => ({
  status,
  kind: 'application/problem+json',
  json: { code, detail: 'no', zh: '否' },
});

test('a request is sent, its ticket kept, and what became of it asked without the ticket in an address', async () => {
  const storage = memoryStorage();
  const asked = answers(
    { status: 201, json: { ticket: TICKET, until: 9 } },
    { json: { account: 'a', since: 1, state: 'waiting', until: 9 } },
  );
  await send(storage, { account: 'a', name: 'n' });
  assert.deepEqual(await sent(storage), ['a']);
  assert.equal((await standing(storage, 'a')).state, 'waiting');
  assert.equal(asked[0].body, '{"account":"a","name":"n"}');
  assert.ok(asked.every(({ path }) => !path.includes(TICKET)));
  assert.deepEqual(JSON.parse(asked[1].body), { ticket: TICKET });
  await forget(storage, 'a');
  assert.deepEqual(await sent(storage), []);
});

test('a request that was refused leaves no ticket, and one that is forgotten is told as none', async () => {
  const storage = memoryStorage();
  answers(problem(429, 'rate.enrolments'), { status: 201, json: { ticket: TICKET, until: 9 } }, problem(404, 'enrolment.unknown'));
  await assert.rejects(send(storage, { account: 'a' }), (error) => error instanceof Refused && error.code === 'rate.enrolments');
  assert.deepEqual(await sent(storage), []);
  await send(storage, { account: 'a' });
  assert.equal(await standing(storage, 'a'), null);
});
