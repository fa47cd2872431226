// A supervisor walks the chain in the browser: with the checkpoint kept before, with one of a log that forked, with one
// that is none of this log's.
//
// Invariant: the fork is made with the openly worthless key of the demonstration, so it is one that the log itself signed.

import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { base64 } from '../../static/js/bytes.js';
import { note } from '../forge.mjs';
import { KEYS } from './stage.mjs';

const PASSPHRASE = 'openly-worthless';

/** The log's own key, which everybody has. */
function logKey() {
  const pem = readFileSync(`${KEYS}log-key.pem`, 'utf8');
  const key = createPrivateKey({ key: pem.slice(pem.indexOf('-----BEGIN')), passphrase: PASSPHRASE });
  const publicKey = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32));
  return { publicKey, signSync: (bytes) => new Uint8Array(sign(null, bytes, key)) };
}

/** The checkpoint of now, kept in a file. @returns {Promise<{file: string, size: number}>} */
export async function keeps(stage, name) {
  const answer = await fetch(`${stage.zones.supervision}/log/checkpoint`);
  const text = await answer.text();
  const file = stage.file(name);
  writeFileSync(file, text);
  return { file, size: Number(text.split('\n')[1]) };
}

async function walked(supervisor, files) {
  const { tab } = supervisor;
  await tab.setInputFiles('#kept-notes', files);
  await tab.click('#here');
  await tab.waitForSelector('#here:not([disabled])');
  await tab.waitForSelector('#mine dl');
  return tab.innerText('#mine');
}

/** Walks it; `kept` was kept before the log grew. */
export async function walksTheChain(stage, supervisor, kept) {
  const { tab } = supervisor;
  const { origin } = await stage.api('/api/platform');
  await stage.open(supervisor, '/chain');
  const sound = await walked(supervisor, [kept.file]);
  assert.equal(await tab.locator('#mine [role=alert]').count(), 0, sound);
  assert.equal(await tab.locator('#kept-table tbody tr').count(), 2, sound);
  assert.ok(sound.includes('本浏览器') && sound.includes(String(kept.size)), sound);
  await stage.glance(supervisor, 'chain-walked');
  const forked = stage.file('forked.note');
  const text = `${origin}\n${kept.size + 1}\n${base64(new Uint8Array(32).fill(7))}\n`;
  writeFileSync(forked, note(text, origin, logKey()));
  const strange = stage.file('strange.note');
  writeFileSync(strange, 'no note at all\n');
  const parted = await walked(supervisor, [kept.file, forked, strange]);
  assert.match(parted, new RegExp(`最先不同的是第 ${kept.size} 条`), parted);
  assert.match(parted, /历史被改写或分叉/, parted);
  assert.match(parted, /strange\.note/, parted);
  assert.ok(parted.includes(text.trim()), 'the evidence is shown');
  await stage.glance(supervisor, 'chain-forked');
  // Nothing of that was kept: without the note of the fork the log is whole.
  const again = await walked(supervisor, []);
  assert.equal(await tab.locator('#mine [role=alert]').count(), 0, again);
  await tab.click('#there');
  await tab.waitForSelector('#theirs dl');
}
