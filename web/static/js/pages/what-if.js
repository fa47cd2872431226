// The trial of a method: taken from a template, or from a draft notice kept in this browser.
// Invariant: the page works without this; nothing is computed here, and a draft is only read.

import { fill, find, h } from '../dom.js';
import { say } from '../language.js';
import { notice } from '../notice-draft.js';
import { TEMPLATES } from '../notice-templates.js';
import { browserStorage } from '../storage.js';

const storage = browserStorage();
const DRAFT = 'draft/';
const form = find('#trial');
const select = find('#from');

/** What a form of a notice leaves out is what its own fields begin with. */
const BLANK = { closes_at: '', documents_from: '', documents_until: '', title: '', remedy: '', region: '', trade: '', above: '1', below: '0.5', float: '0', drop_high: '0', drop_low: '0', price_points: '40', bidder_lock: false };

const methodOf = (draft) => notice({ ...BLANK, lots: [], ...draft }, { tender: 'trial', keys: new Map(), documents: [] }).method;

/** Government procurement has methods of its own, and templates name their law. */
const regimeOf = (draft) => (['low_price_score', 'lowest_price', 'consultation', 'negotiation'].includes(draft.method) ? 'government_procurement' : draft.method === 'comparison' ? 'free' : 'works');

function take({ draft, regime }) {
  find('#method').value = JSON.stringify(methodOf(draft), null, 2);
  find('#regime').value = regime ?? regimeOf(draft);
  const [lot] = draft.lots ?? [];
  for (const name of ['estimate', 'ceiling']) if (lot?.[name]) find(`#${name}`).value = lot[name];
  // Its items are other ones: the server shows the columns that it asks for.
  form.requestSubmit();
}

const names = await storage.names(DRAFT);
const drafts = await Promise.all(names.map(async (name) => ({ name: name.slice(DRAFT.length), draft: await storage.get(name) })));
const offers = [
  ...drafts.map(({ name, draft }) => ({ text: say(`草稿:${name} ${draft.title ?? ''}`, `Draft: ${name} ${draft.title ?? ''}`), draft })),
  ...TEMPLATES.map(({ zh, en, regime, fields }) => ({ text: say(`范本:${zh}`, `Template: ${en}`), draft: fields, regime })),
];
fill(select, offers.map(({ text }, at) => h('option', { value: String(at) }, text))); // prettier-ignore
find('#start').hidden = false;
find('#take').addEventListener('click', () => take(offers[Number(select.value)]));
const wished = new URLSearchParams(location.search).get('draft');
const at = drafts.findIndex(({ name }) => name === wished);
if (wished !== null && at >= 0) take(offers[at]);
document.documentElement.dataset.ready = 'what-if';
