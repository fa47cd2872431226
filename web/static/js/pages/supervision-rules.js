// The rules of supervision: a version that nobody has adopted is adopted here, by a signature of this browser.
// Invariant: what is signed is what the platform computed from its rule file, and of the version that the page shows.

import { act } from '../act.js';
import { getJson } from '../api.js';
import { fill, find } from '../dom.js';
import { FieldFault, acts } from '../form.js';
import { Keyring } from '../keyring.js';
import { say, sayTime } from '../language.js';
import { instant } from '../notice-draft.js';
import { browserStorage } from '../storage.js';

const keyring = new Keyring(browserStorage());
const form = find('#adopt');

acts(form, async ({ from }) => {
  const begins = from.value ? instant(`${from.value}T00:00`) : null;
  const body = await getJson(begins === null ? '/api/rules/adoption' : `/api/rules/adoption?from=${begins}`);
  if (body.version !== form.dataset.version) {
    throw new FieldFault(from, '平台的规则文件已更换,请重新载入本页。', 'The platform has another rule file now: load this page again.');
  }
  const landed = await act({ stream: 'rules', kind: 'rules.adopted', body }, await keyring.account(form.dataset.account));
  fill(
    find('#done'),
    say(
      `规则已采用,记入日志第 ${landed.seq} 条(${sayTime(landed.at)})。`,
      `The rules are adopted by entry ${landed.seq} of the log (${sayTime(landed.at)}).`,
    ),
  );
  setTimeout(() => location.reload(), 2_000);
});
document.documentElement.dataset.ready = 'supervision-rules';
