// Makes web/static/vendor from the packages that package-lock.json pins, and MANIFEST.json that says what is there.
//
//   node build.mjs            builds and writes
//   node build.mjs --check    builds and compares with what is committed; writes nothing
//
// Every file in targets/ is one target or several. It exports, as default, one or a list of
//   { package, file, how, make({ version, web }) }
// package: name of the npm package it is made from; file(version): name below static/vendor, with the version in it;
// how: one sentence on how it is made; make: returns the bytes (string or Uint8Array).
//
// Invariant: what is committed is exactly what the pinned packages give, so that anybody can make it again.

import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const web = dirname(fileURLToPath(import.meta.url));
const vendor = join(web, 'static', 'vendor');
const checking = process.argv.includes('--check');

const listed = async (folder) => {
  const names = await readdir(folder).catch(() => []);
  return names.sort();
};

async function targets() {
  const names = (await listed(join(web, 'targets'))).filter((name) => name.endsWith('.mjs'));
  const modules = names.map((name) => import(pathToFileURL(join(web, 'targets', name)).href));
  return (await Promise.all(modules)).flatMap((module) => module.default);
}

async function built(target) {
  const about = JSON.parse(await readFile(join(web, 'node_modules', target.package, 'package.json'), 'utf8'));
  const bytes = Buffer.from(await target.make({ version: about.version, web }));
  const entry = {
    bytes: bytes.length,
    file: target.file(about.version),
    how: target.how,
    licence: about.license,
    package: target.package,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    version: about.version,
  };
  return { bytes, entry };
}

const all = await Promise.all((await targets()).map(built));
all.sort((a, b) => (a.entry.file < b.entry.file ? -1 : 1));
const manifest = `${JSON.stringify(all.map(({ entry }) => entry), null, 2)}\n`;
const wanted = new Map(all.map(({ bytes, entry }) => [entry.file, bytes]));
wanted.set('MANIFEST.json', Buffer.from(manifest));

let differences = 0;
if (!checking) await mkdir(vendor, { recursive: true });
for (const name of await listed(vendor)) {
  if (wanted.has(name)) continue;
  differences += 1;
  console.log(`${name}: no target makes it`);
  if (!checking) await rm(join(vendor, name));
}
for (const [name, bytes] of wanted) {
  const known = await readFile(join(vendor, name)).catch(() => null);
  if (known?.equals(bytes)) continue;
  differences += 1;
  console.log(`${name}: ${known ? 'differs' : 'is missing'} (${bytes.length} bytes as built)`);
  if (!checking) await writeFile(join(vendor, name), bytes);
}
if (checking && differences > 0) {
  console.log('static/vendor is not what the packages give: run `node build.mjs` in web/ and commit the result');
  process.exitCode = 1;
} else {
  console.log(`${wanted.size} files ${checking ? 'checked' : 'in place'}`);
}
