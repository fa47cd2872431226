// The group arithmetic and the synchronous hashes that static/js/noble.js hands out: @noble/curves with the part
// of @noble/hashes that it stands on, cut down to what vendor-src/noble.js names.

import { build } from 'esbuild';
import { join } from 'node:path';

export default {
  package: '@noble/curves',
  file: (version) => `noble-${version}.js`,
  how: 'esbuild bundles web/vendor-src/noble.js as one minified ES module for ES2022',
  async make({ web }) {
    const done = await build({
      absWorkingDir: web,
      entryPoints: [join(web, 'vendor-src', 'noble.js')],
      banner: { js: '/*! @noble/curves and @noble/hashes, (c) Paul Miller, MIT licence */' },
      bundle: true,
      charset: 'utf8',
      format: 'esm',
      legalComments: 'none',
      minify: true,
      target: 'es2022',
      write: false,
    });
    return done.outputFiles[0].contents;
  },
};
