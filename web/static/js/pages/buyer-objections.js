// The buyer answers objections and explains itself to supervision.
// Invariant: a reply is public as signed; the page offers the text of the objection to be put into words that betray nobody.

import { find } from '../dom.js';
import { acts, wanted } from '../form.js';
import { again, signed } from '../hearing.js';

const { account, tender } = find('#owner').dataset;
const stream = `tender/${tender}`;

for (const form of document.querySelectorAll('form.reply')) {
  acts(form, async ({ reply, text, upheld }) => {
    const { objection } = form.dataset;
    const body = { objection, reply: wanted(reply), tender, text: wanted(text), upheld: upheld.value === 'yes' };
    await signed({ account, stream, kind: 'objection.replied', body });
    again();
  });
}
for (const form of document.querySelectorAll('form.explain')) {
  acts(form, async ({ text }) => {
    await signed({ account, stream, kind: 'explanation.given', body: { order: form.dataset.order, tender, text: wanted(text) } });
    again();
  });
}
document.documentElement.dataset.ready = 'buyer-objections';
