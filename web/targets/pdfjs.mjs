// pdf.js, which draws PDF files on canvases: the part of the page, the worker that reads files, the decoders for scanned
// pages that need no WebAssembly, and the tables of Chinese and Japanese encodings as one module.
//
// The builds for older browsers are taken, minified as the package has them. In the worker the names of the decoders get
// the version, because everything in static/vendor has it in its name.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const PACKAGE = 'pdfjs-dist';
const LICENCE = '/*! pdf.js, (c) Mozilla Foundation, Apache-2.0 licence */\n';
const folder = (web, ...names) => join(web, 'node_modules', PACKAGE, ...names);

/** Encodings that files of offices do not use. */
const RARE = /UTF(8|32)|X0213|JIS2004|Pro-/;
/** Encodings of Chinese (GB, CNS) and Japanese, and what they refer to. */
const CMAPS = /^(Adobe-(GB1|CNS1|Japan1)|GB|Uni(GB|CNS|JIS)|B5|ETen|HKscs|CNS|90|83|RKSJ|EUC|H\.|V\.|Ext|Add)/;

const decoder = (name) => ({
  package: PACKAGE,
  file: (version) => `pdfjs-${name}-${version}.js`,
  how: `wasm/${name}_nowasm_fallback.js as it stands`,
  make: ({ web }) => readFile(folder(web, 'wasm', `${name}_nowasm_fallback.js`)),
});

function replaced(text, name, version) {
  const before = `${name}_nowasm_fallback.js`;
  if (text.split(before).length !== 2) throw new Error(`the worker of pdf.js names ${before} not once`);
  return text.replace(before, `pdfjs-${name}-${version}.js`);
}

export default [
  {
    package: PACKAGE,
    file: (version) => `pdfjs-${version}.js`,
    how: 'legacy/build/pdf.min.mjs as it stands, under its licence',
    make: async ({ web }) => LICENCE + (await readFile(folder(web, 'legacy/build/pdf.min.mjs'), 'utf8')),
  },
  {
    package: PACKAGE,
    file: (version) => `pdfjs-worker-${version}.js`,
    how: 'legacy/build/pdf.worker.min.mjs, under its licence, with the names of the two decoders below',
    async make({ version, web }) {
      const text = await readFile(folder(web, 'legacy/build/pdf.worker.min.mjs'), 'utf8');
      return LICENCE + replaced(replaced(text, 'jbig2', version), 'openjpeg', version);
    },
  },
  decoder('jbig2'),
  decoder('openjpeg'),
  {
    package: PACKAGE,
    file: (version) => `pdfjs-cmaps-${version}.js`,
    how: 'the files of cmaps/ for Chinese and Japanese in base64, as one ES module',
    async make({ web }) {
      const names = (await readdir(folder(web, 'cmaps'))).filter((name) => name.endsWith('.bcmap') && CMAPS.test(name) && !RARE.test(name));
      const rows = names.sort().map(async (name) => {
        const bytes = await readFile(folder(web, 'cmaps', name));
        return `${JSON.stringify(name)}:${JSON.stringify(bytes.toString('base64'))}`;
      });
      const licence = await readFile(folder(web, 'cmaps', 'LICENSE'), 'utf8');
      return `/*!\n${licence.replaceAll('*/', '')}*/\nexport default {${(await Promise.all(rows)).join(',\n')}};\n`;
    },
  },
];
