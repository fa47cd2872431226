// A page that loads itself again never calls back who is leaving it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.addEventListener ??= () => {};
const { reloader } = await import('../static/js/reload.js');

function page() {
  const one = { at: 0, loads: 0, due: [] };
  const target = new EventTarget();
  one.leave = () => target.dispatchEvent(new Event('beforeunload'));
  one.reload = reloader({
    target,
    time: () => one.at,
    load: () => (one.loads += 1),
    later: (work, ms) => one.due.push({ work, at: one.at + ms }),
  });
  one.wait = (ms) => {
    one.at += ms;
    const ripe = one.due.filter(({ at }) => at <= one.at);
    one.due = one.due.filter(({ at }) => at > one.at);
    for (const { work } of ripe) work();
  };
  return one;
}

test('a page that nobody leaves is loaded at once', () => {
  const one = page();
  one.reload();
  assert.equal(one.loads, 1);
});

test('who is leaving is not called back, and a way that led nowhere loses no news', () => {
  const one = page();
  one.leave();
  one.wait(50);
  one.reload();
  one.reload();
  assert.equal(one.loads, 0);
  one.wait(9_900);
  assert.equal(one.loads, 0);
  one.wait(100);
  assert.equal(one.loads, 1, 'once, however often it was asked for');
  one.wait(60_000);
  assert.equal(one.loads, 1);
});

test('setting out again is waited for again', () => {
  const one = page();
  one.leave();
  one.reload();
  one.wait(5_000);
  one.leave();
  one.wait(5_000);
  assert.equal(one.loads, 0);
  one.wait(5_000);
  assert.equal(one.loads, 1);
});
