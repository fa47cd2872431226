// The signs of one tender: what came of each is judged here, with a reason, and signed.
// Invariant: a judgment names the sign by the digest of its evidence, so it says nothing of another one.

import { act } from '../act.js';
import { fill, find } from '../dom.js';
import { acts, wanted } from '../form.js';
import { Keyring } from '../keyring.js';
import { say, sayTime } from '../language.js';
import { browserStorage } from '../storage.js';

const keyring = new Keyring(browserStorage());

for (const form of document.querySelectorAll('form[data-sign]')) {
  const { account, code, record, sign, tender } = form.dataset;
  acts(form, async ({ judgment, reason }) => {
    const body = { code, judgment: wanted(judgment), reason: wanted(reason), record: Number(record), sign, tender };
    const landed = await act({ stream: `supervision/${tender}`, kind: 'sign.judged', body }, await keyring.account(account));
    fill(find('#done'), say(`研判已签名并记入日志第 ${landed.seq} 条(${sayTime(landed.at)})。`, `The judgment is signed and is entry ${landed.seq} of the log (${sayTime(landed.at)}).`));
    setTimeout(() => location.reload(), 1_500);
  });
}
document.documentElement.dataset.ready = 'supervision-screened';
