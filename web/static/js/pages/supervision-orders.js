// Further orders: explain, move the deadline for all, undo a step, ask for and grant access in an emergency.
// Invariant: an order goes to the stream of supervision only; procurement answers it by itself.

import { find } from '../dom.js';
import { FieldFault, acts, nameIn, wanted } from '../form.js';
import { again, moment, signed } from '../hearing.js';

const { account, tender } = find('#case').dataset;

function offers(form, kind, bodyOf) {
  if (!form) return;
  acts(form, async (elements) => {
    await signed({ account, stream: `supervision/${tender}`, kind, body: { ...bodyOf(elements, form), tender } });
    form.reset();
    again();
  });
}

/** Positions, ascending and each once. */
function positions(field) {
  const numbers = wanted(field).split(/[\s,]+/).map(Number); // prettier-ignore
  if (numbers.some((seq) => !Number.isSafeInteger(seq) || seq < 0)) throw new FieldFault(field, '请填写日志条目的序号。', 'Write the numbers of entries of the log.');
  return [...new Set(numbers)].sort((a, b) => a - b);
}

const form = (id) => document.querySelector(id);
offers(form('#inquire'), 'order.inquired', ({ basis, question, until }, own) => ({ basis: wanted(basis), order: nameIn(own, 'order'), question: wanted(question), until: moment(until) }));
/** When the platform was down: both instants or none; where the deadline has passed the fields are required. */
function downOf({ from, until }) {
  if (!from.required && from.value === '' && until.value === '') return {};
  const down = { from: moment(from), until: moment(until) };
  if (down.from >= down.until) throw new FieldFault(until, '恢复时间应晚于停机时间。', 'It was up again after it went down.');
  return { down };
}

offers(form('#extend'), 'order.extended', (fields, own) => ({ basis: wanted(fields.basis), ...downOf(fields), reason: wanted(fields.reason), closes_at: moment(fields.closes), order: nameIn(own, 'order') }));
offers(form('#void'), 'order.voided', ({ basis, reason, step }, own) => ({ basis: wanted(basis), order: nameIn(own, 'order'), reason: wanted(reason), step: Number(step.value) }));
offers(form('#request'), 'access.requested', ({ basis, reason, seqs }, own) => ({ access: nameIn(own, 'access'), seqs: positions(seqs), basis: wanted(basis), reason: wanted(reason) }));
for (const grant of document.querySelectorAll('form.grant')) {
  offers(grant, 'access.granted', ({ reason }) => ({ access: grant.dataset.access, reason: wanted(reason) }));
}
document.documentElement.dataset.ready = 'supervision-orders';
