// The tables of kinds are those of docs/record-format.md, section 3: whoever changes the one changes the other.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { KINDS_TABLE, PARTS_TABLE, WORDS } from '../static/js/kinds.js';

const format = await readFile(new URL('../../docs/record-format.md', import.meta.url), 'utf8');
const section = (from, to) => format.slice(format.indexOf(from), format.indexOf(to));
const rows = (text) =>
  text
    .split('\n')
    .filter((line) => /^\| `/.test(line))
    .map((line) => line.slice(2, -2).split(' | '));
const bare = (text) => text.replaceAll('`', '');
const table = (text) => new Map(text.trim().split('\n').map((line) => [line.split(' | ')[0], line]));

test('every kind is listed as the document lists it', () => {
  const listed = rows(section('### 3.1 Kinds', 'Authors: *platform*')).map(([name, , author, visibility, members]) => {
    const [seen, withheld] = visibility.split(', withheld: ');
    const shown = withheld === undefined ? seen : `${seen} -${withheld.replaceAll(',', '')}`;
    return `${bare(name)} | ${author} | ${shown} | ${bare(members)}`;
  });
  assert.ok(listed.length > 50);
  assert.deepEqual(KINDS_TABLE.trim().split('\n'), listed);
});

test('every part of a body is listed as the document lists it', () => {
  const parts = section('### 3.2 Parts of bodies', 'A Letter is the plaintext');
  const ours = table(PARTS_TABLE);
  for (const [name, value] of rows(parts)) {
    if (/^`[A-Za-z]+\??`: /.test(value)) {
      assert.equal(ours.get(bare(name)), `${bare(name)} | ${bare(value)}`);
    } else if (/^`[a-z_]+`(?:, | \()/.test(value)) {
      const words = [...value.replace(/\([^)]*\)/g, '').matchAll(/`([a-z_]+)`/g)].map((match) => match[1]);
      assert.deepEqual(WORDS[bare(name)], words);
    }
  }
});
