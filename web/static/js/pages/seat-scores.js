// A changed score (87号令64): old and new value, the ground of the law and the reason, signed by the seat that gave it.
// Invariant: the change begins at the value in force that the page shows.

import { FieldFault, acts, wanted } from '../form.js';
import { readPoints, typedFault } from '../evaluation/sheet.js';
import { follow, sign } from '../evaluation/signing.js';

const form = document.querySelector('#change');
if (form) {
  acts(form, async ({ score, to, ground, reason }) => {
    const { value, dataset } = score.selectedOptions[0];
    const [code, item] = value.split(' ');
    const [from, max] = [Number(dataset.from), Number(dataset.max)];
    const fault = typedFault(wanted(to), { item, max });
    if (fault) throw new FieldFault(to, fault.zh, fault.en);
    const changed = readPoints(to.value, { item, max });
    if (changed === from) throw new FieldFault(to, '与现值相同。', 'This is the value in force.');
    if (ground.value === '') throw new FieldFault(ground, '请选择法定情形;没有其他情形。', 'Choose a ground; there is no other.');
    await sign('score.changed', { changes: [{ code, from, item, to: changed }], ground: ground.value, reason: wanted(reason) });
    location.reload();
  });
}

await follow();
document.documentElement.dataset.ready = 'seat-scores';
