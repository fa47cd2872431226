// Calls to a panel (抽取通知): the expert accepts, or declines with a reason.
// Invariant: what is signed is the answer of the button that was pressed; who declines says why, who accepts does not.

import { act } from '../act.js';
import { FieldFault, acts, wanted } from '../form.js';
import { Keyring } from '../keyring.js';
import { browserStorage } from '../storage.js';

const keyring = new Keyring(browserStorage());

for (const form of document.querySelectorAll('form[data-call]')) {
  const { account, tender, draw, place } = form.dataset;
  const field = form.querySelector('input[name=reason]');
  let accept = true;
  for (const button of form.querySelectorAll('button')) {
    button.addEventListener('click', () => {
      accept = button.value === 'accept';
    });
  }
  acts(form, async () => {
    if (accept && field.value.trim() !== '') {
      throw new FieldFault(field, '参加的不填理由。', 'Who comes gives no reason.');
    }
    const reason = accept ? '' : wanted(field);
    const body = { accept, draw, place: Number(place), reason, tender };
    await act({ stream: `evaluation/${tender}`, kind: 'call.answered', body }, await keyring.account(account));
    location.reload();
  });
}
document.documentElement.dataset.ready = 'seat-calls';
