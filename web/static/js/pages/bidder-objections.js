// Raising an objection (异议、质疑): signed by the account, shown to the buyer without its author.
// Invariant: the form is emptied only when the receipt of the objection held.

import { find } from '../dom.js';
import { acts, nameIn, wanted } from '../form.js';
import { again, signed } from '../hearing.js';
import { page } from './bidder/desk.js';

page(async () => {
  const form = find('#object');
  const { account, tender } = form.dataset;
  acts(form, async ({ against, text }) => {
    const body = { against: against.value, objection: nameIn(form, 'objection'), tender, text: wanted(text) };
    await signed({ account, stream: `tender/${tender}`, kind: 'objection.raised', body, done: '#objected' });
    form.reset();
    again();
  });
});
