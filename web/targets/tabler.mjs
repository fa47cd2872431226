// Tabler's style sheet without the rules that no page can use.
//
// Kept are the classes found in templates and modules and, so that not every new page changes the file, the components
// listed below in their plain colours. Rules for tags and attributes stay.

import { join } from 'node:path';
import { transform } from 'esbuild';
import postcss from 'postcss';
import { PurgeCSS } from 'purgecss';

/** Never kept for the sake of the list alone: other breakpoints, brands, decoration, further colours. */
const NOT = [
  '-(sm|xl|xxl)(-|$)',
  '-(facebook|twitter|x|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|apple|spotify|whatsapp)$',
  '-(blue|azure|indigo|purple|pink|red|orange|yellow|lime|green|teal|cyan|gray|gray-\\d+|black|white|dark|light|muted)(-|$)',
  '-(pill|floating|ghost|outline|animate|square|circle|loading|gradient|sparkline|stamp|stacked|cover|rotate|img|ribbon|vertical|overlap|transparent)(-|$)',
  '-(opacity|emphasis|selectgroup|colorinput|imagecheck|hover|blend|aspect|subtle|lt-fg)(-|$)',
].join('|');

const COMPONENTS = [
  'page|navbar|nav|container|row|col|card|table|badge|alert|btn|form|input|invalid|was-validated',
  'list|steps|step|progress|pagination|modal|datagrid|breadcrumb|empty|spinner|status|subheader',
  'd|m|mt|mb|ms|me|mx|my|p|pt|pb|ps|pe|px|py|w|h|fs|fw|gap|flex|justify|align|text|order',
  'active|disabled|show|hide|collapse|fade|visually|is-invalid|is-valid|small|lead|code|border|rounded|sticky|overflow',
].map((names) => new RegExp(`^(?!.*(?:${NOT}))(?:${names})(?:-|$)`));

/** The rules of the dark theme a second time, for `data-bs-theme="auto"` on a system that is dark: needs no script. */
function withAuto(css) {
  const root = postcss.parse(css);
  const dark = /\[data-bs-theme=["']?dark["']?\]/g;
  const media = postcss.atRule({ name: 'media', params: '(prefers-color-scheme: dark)' });
  root.walkRules((rule) => {
    const selectors = rule.selectors.filter((selector) => selector.match(dark));
    if (selectors.length === 0 || rule.parent !== root) return;
    media.append(rule.clone({ selectors: selectors.map((s) => s.replace(dark, '[data-bs-theme=auto]')) }));
  });
  root.append(media);
  return root.toString();
}

export default {
  package: '@tabler/core',
  file: (version) => `tabler-${version}.css`,
  how: 'dist/css/tabler.css with purgecss over templates and modules and the components of targets/tabler.mjs, the dark theme repeated for data-bs-theme=auto, minified by esbuild',
  async make({ web }) {
    const [result] = await new PurgeCSS().purge({
      content: [join(web, 'templates/**/*.html'), join(web, 'static/js/**/*.js')],
      css: [join(web, 'node_modules/@tabler/core/dist/css/tabler.css')],
      defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
      safelist: { standard: COMPONENTS, greedy: [/^data-bs-theme/] },
      fontFace: true,
      keyframes: true,
    });
    const small = await transform(withAuto(result.css), { loader: 'css', minify: true, legalComments: 'inline' });
    return small.code;
  },
};
