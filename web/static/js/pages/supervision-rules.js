// The rules of supervision: a version is adopted here, the platform's own or a file's, by a signature of this browser.
// Invariant: what is signed is the file that was chosen, as it was read and shown, or the version that the page shows.

import { act } from '../act.js';
import { getJson } from '../api.js';
import { spellText } from '../canonical.js';
import { fill, find } from '../dom.js';
import { FieldFault, acts } from '../form.js';
import { Keyring } from '../keyring.js';
import { say, sayTime } from '../language.js';
import { instant } from '../notice-draft.js';
import { browserStorage } from '../storage.js';

/** Longest rule file that the platform reads, in bytes. */
const LONGEST = 1 << 20;

const keyring = new Keyring(browserStorage());
const form = find('#adopt');
const { file, from } = form.elements;

async function chosen() {
  const [one] = file.files;
  if (one === undefined) return null;
  if (one.size > LONGEST) {
    throw new FieldFault(file, '规则文件不得超过 1 MiB。', 'A rule file may have 1 MiB at most.');
  }
  const text = await one.text();
  try {
    return { text, spelled: spellText(JSON.parse(text)) };
  } catch (error) {
    throw new FieldFault(file, `该文件不是 JSON:${error.message}`, `This file is not JSON: ${error.message}`);
  }
}

/** What would be signed, of the file that is chosen or of the platform's own. */
async function wanted() {
  const begins = from.value ? instant(`${from.value}T00:00`) : null;
  const path = begins === null ? '/api/rules/adoption' : `/api/rules/adoption?from=${begins}`;
  const own = await chosen();
  if (own === null && form.dataset.version === undefined) {
    throw new FieldFault(file, '请选择规则文件。', 'Choose a rule file.');
  }
  const body = await getJson(path, own === null ? {} : { method: 'POST', text: own.text });
  if (own === null && body.version !== form.dataset.version) {
    throw new FieldFault(file, '平台的规则文件已更换,请重新载入本页。', 'The platform has another rule file now: load this page again.');
  }
  if (own !== null && spellText(body.file) !== own.spelled) {
    throw new FieldFault(file, '平台返回的规则与所选文件不同,未签名。', 'The platform answered with other rules than the file; nothing was signed.');
  }
  return body;
}

file.addEventListener('change', async () => {
  const read = find('#read');
  fill(read, '');
  file.classList.remove('is-invalid');
  if (file.files.length === 0) return;
  try {
    const { name, version, changed, clocks } = await wanted();
    fill(
      read,
      say(
        `已读取“${name}”,版本 ${version}。变更 ${changed.length} 条:${changed.slice(0, 40).join('、')}${changed.length > 40 ? '……' : ''};期限规则 ${clocks.length} 行。`,
        `Read: “${name}”, version ${version}. It changes ${changed.length} rules: ${changed.slice(0, 40).join(', ')}${changed.length > 40 ? ' …' : ''}; ${clocks.length} rows are clock rules.`,
      ),
    );
  } catch (error) {
    fill(read, say(error.zh ?? error.message, error.en ?? error.message));
  }
});

acts(form, async () => {
  const body = await wanted();
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
