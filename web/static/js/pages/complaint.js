// One complaint: what a supervisor does in it, and what its complainant adds or takes back.
// Invariant: the day by which it is decided is the one that the platform counts at the moment of signing, and the law
// compares it again.

import { getJson } from '../api.js';
import { find } from '../dom.js';
import { acts, wanted } from '../form.js';
import { again, digests, moment, signed } from '../hearing.js';

const { account, complaint, tender } = find('#case').dataset;
const path = `/api/complaints/${encodeURIComponent(tender)}/${encodeURIComponent(complaint)}`;

/** Signs what a form says about this complaint. */
function offers(id, kind, bodyOf) {
  const form = document.querySelector(id);
  if (!form) return;
  acts(form, async (elements) => {
    const body = { ...(await bodyOf(elements, form)), complaint, tender };
    await signed({ account, stream: `supervision/${tender}`, kind, body });
    again();
  });
}

/** The calendar and the day of the decision, as they would be stated now. */
async function counted() {
  const { calendar, due_if_now: due } = await getJson(path);
  return due === null ? { calendar } : { calendar, due };
}

offers('#accept', 'complaint.accepted', counted);
offers('#return', 'complaint.returned', ({ missing, until }) => ({ missing: wanted(missing), until: moment(until) }));
offers('#refuse', 'complaint.refused', ({ basis, cause, reason }) => ({ basis: wanted(basis), cause: cause.value, reason: wanted(reason) }));
offers('#pause', 'complaint.paused', ({ ground, reason }) => ({ ground: ground.value, reason: wanted(reason) }));
offers('#continue', 'complaint.continued', async ({ result }) => ({ result: wanted(result), ...(await counted()) }));
offers('#decide', 'complaint.decided', ({ basis, outcome, reason, remedy }, form) => {
  const orders = [...form.querySelectorAll('[name="order"]:checked')].map(({ value }) => value).sort();
  const ordered = remedy.value.trim();
  return { basis: wanted(basis), orders, outcome: outcome.value, reason: wanted(reason), ...(ordered ? { remedy: ordered } : {}) };
});
offers('#supplement', 'complaint.supplemented', async ({ evidence, text }) => ({ evidence: await digests(evidence), text: wanted(text) }));
offers('#withdraw', 'complaint.withdrawn', ({ reason }) => ({ reason: wanted(reason) }));
document.documentElement.dataset.ready = 'complaint';
