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

/** Elements that pages are made of, so that their rules stay whoever uses them first. */
const TAGS = `a abbr address article aside b bdi blockquote body button canvas caption code dd details dialog div dl dt em
  fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html i iframe img input kbd label legend li main mark nav ol
  optgroup option output p pre progress q s section select small span strong sub summary sup svg table tbody td textarea
  tfoot th thead time tr u ul video`.split(/\s+/);

const COMPONENTS = [
  'page|navbar|nav|container|row|col|card|table|badge|alert|btn|form|input|invalid|was-validated',
  'list|steps|step|progress|pagination|modal|datagrid|breadcrumb|empty|spinner|status|subheader',
  'd|m|mt|mb|ms|me|mx|my|p|pt|pb|ps|pe|px|py|w|h|fs|fw|gap|flex|justify|align|text|order',
  'active|disabled|show|hide|collapse|fade|visually|is-invalid|is-valid|small|lead|code|border|rounded|sticky|overflow',
].map((names) => new RegExp(`^(?!.*(?:${NOT}))(?:${names})(?:-|$)`));

/** What stands in class attributes (`class="a b"`) and in attributes of built elements (`class: 'a b'`). */
function classes(text) {
  const lists = text.matchAll(/\bclass\w*\s*[=:(]\s*(["'`])(.*?)\1/gs);
  const words = [...lists].flatMap((list) => list[2].match(/[A-Za-z0-9_-]+/g) ?? []);
  // Tags and attributes of Tabler's own rules.
  return [...words, ...(text.match(/<[a-z0-9]+/g) ?? []).map((tag) => tag.slice(1)), ...TAGS];
}

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
      defaultExtractor: classes,
      safelist: { standard: COMPONENTS, greedy: [/^data-bs-theme/] },
      fontFace: true,
      keyframes: true,
    });
    const small = await transform(withAuto(result.css), { loader: 'css', minify: true, legalComments: 'inline' });
    return small.code;
  },
};
