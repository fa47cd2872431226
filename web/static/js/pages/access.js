// Reading confidential facts in an emergency: the log says first that they are read, then they are shown.
// Invariant: nothing is asked for before the button is pressed.

import { getJson } from '../api.js';
import { fill, find, h } from '../dom.js';
import { acts } from '../form.js';
import { say, sayTime } from '../language.js';

const form = find('#read');
const { access, tender } = form.dataset;
acts(form, async () => {
  const { records } = await getJson(`/api/access/${encodeURIComponent(tender)}/${encodeURIComponent(access)}`);
  const shown = records.map(({ at, body, kind, seq }) =>
    h('section', { class: 'card mb-3' }, h('div', { class: 'card-body' }, h('h2', {}, `#${seq} `, h('code', {}, kind)), h('p', {}, sayTime(at)), h('pre', { class: 'prose', tabindex: '0' }, JSON.stringify(body, null, 1)))));
  fill(find('#records'), shown.length > 0 ? shown : h('p', {}, say('没有可显示的事实。', 'There is nothing to show.')));
});
document.documentElement.dataset.ready = 'access';
