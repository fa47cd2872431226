// On pages where keys act: what this browser lacks for that, at the top of the page, with the way out.
// Invariant: it loads nothing that needs what may be missing; while something is, no button of the page pretends to work.

import { missing, wayOut } from './browser.js';
import { fill, h } from './dom.js';
import { say } from './language.js';

const lacking = await missing();
if (lacking.length > 0) {
  const place = h('div', { class: 'note close', id: 'missing', role: 'alert' });
  document.querySelector('main h1')?.after(place);
  fill(place,
    h('p', {}, h('strong', {}, say('本浏览器不能在此签名:', 'This browser cannot sign here:'))),
    h('ul', {}, lacking.map(({ what }) => h('li', {}, what))),
    h('p', {}, wayOut(), ' ', h('code', {}, 'kaibiao --help')),
  ); // prettier-ignore
  for (const button of document.querySelectorAll('main form button, main button')) button.disabled = true;
  document.documentElement.dataset.ready ??= 'lacking';
}
