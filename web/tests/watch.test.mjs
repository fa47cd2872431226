// Whether somebody is at the seat: input puts the end off, silence ends it once, a closed page is known by its silence.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CLOSED, IDLE, Watch } from '../static/js/evaluation/watch.js';

function place() {
  const kept = new Map();
  const target = new EventTarget();
  const here = { now: 1_000_000, ticks: [], idle: 0, kept, target };
  const means = {
    time: () => here.now,
    kept: { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value), removeItem: (name) => kept.delete(name) },
    target,
    every: (work) => here.ticks.push(work),
    end: () => (here.ticks = []),
  };
  here.pass = (ms) => {
    here.now += ms;
    for (const work of [...here.ticks]) work();
  };
  here.open = () => new Watch('T1/S1', () => (here.idle += 1), means);
  return here;
}

test('silence ends the watch once; input puts it off', () => {
  const here = place();
  const watch = here.open();
  watch.begin();
  watch.begin();
  assert.equal(here.ticks.length, 1);
  here.pass(IDLE - 1);
  here.target.dispatchEvent(new Event('keydown'));
  here.pass(IDLE - 1);
  assert.equal(here.idle, 0);
  here.pass(1);
  assert.equal(here.idle, 1);
  here.pass(IDLE);
  assert.equal(here.idle, 1, 'told once');
  assert.equal(here.kept.size, 0);
});

test('a page that was closed for long is known by its silence, a reload is not', () => {
  const here = place();
  assert.equal(here.open().wasOpen(), false);
  here.open().begin();
  here.ticks = [];
  here.now += CLOSED - 1;
  assert.equal(here.open().wasOpen(), true, 'a reload');
  here.now += 1;
  assert.equal(here.open().wasOpen(), false, 'closed');
});
