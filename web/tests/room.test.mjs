// The device key of a visit: what it signs is what the platform checks, and nothing of it leaves the room.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hex, lp, u64be, unhex } from '../static/js/bytes.js';
import { verify } from '../static/js/ed25519.js';
import { HEADER, Room, deviceMessage, requestMessage } from '../static/js/evaluation/room.js';
import { memoryStorage } from '../static/js/storage.js';

const OF = { origin: 'log.example/1', account: 'expert-1', tender: 'T1', seat: 'panel-1' };

/** Keys cannot be cloned here as IndexedDB clones them. */
function keeping() {
  const kept = new Map();
  return {
    ...memoryStorage(),
    get: async (name) => kept.get(name),
    update: async (name, change) => {
      const value = change(kept.get(name));
      if (value === undefined) kept.delete(name);
      else kept.set(name, value);
      return value;
    },
  };
}

test('coming in, asking for a file, leaving', async () => {
  const room = new Room(keeping(), OF);
  assert.equal(await room.isHere(), false);
  assert.deepEqual(await room.headers('/api/x', 1), {});
  const { device, proof } = await room.enter();
  assert.ok(await room.isHere());
  assert.ok(await verify(unhex(device), deviceMessage('log.example/1', 'T1', 'panel-1'), unhex(proof)));
  const path = '/api/evaluations/T1/files/K1/technical';
  const [at, sig] = (await room.headers(path, 1_772_380_800_000.4))[HEADER].split('.');
  assert.equal(at, '1772380800000');
  assert.ok(await verify(unhex(device), requestMessage('log.example/1', path, Number(at)), unhex(sig)));
  assert.ok(!(await verify(unhex(device), requestMessage('log.example/1', `${path}x`, Number(at)), unhex(sig))));
  await room.leave();
  assert.deepEqual([await room.isHere(), await room.headers(path, 1)], [false, {}]);
});

test('the messages are those of the record format', () => {
  assert.equal(hex(deviceMessage('o', 't', 's')), hex(lp('kaibiao/device/v1', 'o', 't', 's')));
  assert.equal(hex(requestMessage('o', '/p', 258)), hex(lp('kaibiao/device-request/v1', 'o', '/p', u64be(258))));
});
