// A tender in the docket: orders to stop, to go on and to evaluate again, signed here.
// Invariant: an order goes to the stream of supervision only; procurement obeys it by itself.

import { act } from '../act.js';
import { fill, find } from '../dom.js';
import { acts, identifier, nameIn, wanted } from '../form.js';
import { moment } from '../hearing.js';
import { Keyring } from '../keyring.js';
import { say, sayTime } from '../language.js';
import { browserStorage } from '../storage.js';

const keyring = new Keyring(browserStorage());

async function order(form, kind, body) {
  const { account, tender } = form.dataset;
  const landed = await act({ stream: `supervision/${tender}`, kind, body: { ...body, tender } }, await keyring.account(account));
  form.reset();
  fill(
    find('#done'),
    say(
      `指令已签名并记入日志第 ${landed.seq} 条(${sayTime(landed.at)})。交易区执行后本页会显示。`,
      `The order is signed and is entry ${landed.seq} of the log (${sayTime(landed.at)}). This page shows when procurement has obeyed.`,
    ),
  );
  setTimeout(() => location.reload(), 3_000);
}

const suspend = document.querySelector('#suspend');
if (suspend) {
  acts(suspend, ({ basis, complaint, reason, until }) =>
    order(suspend, 'order.suspended', {
      basis: wanted(basis),
      order: nameIn(suspend, 'order'),
      reason: wanted(reason),
      ...(complaint.value.trim() ? { complaint: identifier(complaint) } : {}),
      ...(until.value ? { until: moment(until) } : {}),
    }),
  );
}
const resume = document.querySelector('#resume');
if (resume) {
  acts(resume, ({ reason }) => order(resume, 'order.resumed', { order: resume.dataset.order, reason: wanted(reason) }));
}
const reevaluate = document.querySelector('#reevaluate');
if (reevaluate) {
  acts(reevaluate, ({ basis, panel, reason }) =>
    order(reevaluate, 'order.reevaluated', { basis: wanted(basis), order: nameIn(reevaluate, 'order'), panel: panel.value, reason: wanted(reason) }),
  );
}
document.documentElement.dataset.ready = 'supervision-matter';
