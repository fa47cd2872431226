#!/usr/bin/env node
// The checks of the pages on the command line: node web/tests/verify.mjs DOSSIER --policy FILE [--lang zh].
// Prints the verdict as JSON (docs/record-format.md, 11.1). Invariant: ends with 0, 1 or 2 as section 11.1 says.

import { openAsBlob } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

import { folderSource, tarSource } from '../static/js/bundle.js';
import { verdictJson } from '../static/js/checks/report.js';
import { examine } from '../static/js/dossier.js';
import { readPolicy } from '../static/js/policy.js';

/** The files of a dossier, a folder or a tar. @param {string} path */
export async function sourceAt(path) {
  if (!(await stat(path)).isDirectory()) return tarSource(await openAsBlob(path));
  const files = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => !entry.isDirectory());
  const blobs = files.map(async (entry) => {
    const full = join(entry.parentPath ?? entry.path, entry.name);
    return [relative(path, full).replaceAll('\\', '/'), await openAsBlob(full)];
  });
  return folderSource(await Promise.all(blobs));
}

/** The verdict on a dossier. @param {string} dossier @param {string} policy path of the policy */
export async function verdictOn(dossier, policy) {
  return examine(await sourceAt(dossier), readPolicy(await readFile(policy, 'utf8')));
}

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { policy: { type: 'string' }, lang: { type: 'string', default: 'en' } },
  });
  const verdict = await verdictOn(positionals[0], values.policy);
  process.stdout.write(`${JSON.stringify(verdictJson(verdict, values.lang === 'zh' ? 'zh' : 'en'))}\n`);
  return verdict.good ? 0 : 1;
}

if (import.meta.filename === process.argv[1]) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`verify.mjs: ${error.message}\n`);
    process.exitCode = 2;
  }
}
