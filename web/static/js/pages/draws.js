// Draws that wait for a custodian: checked against the log, then answered.
// Invariant: nothing is computed before request, frozen pool, pinned head and key were proven; what does not hold is told
// in words, and nothing is sent.

import { act } from '../act.js';
import { getJson } from '../api.js';
import { hex } from '../bytes.js';
import { viewOf } from '../custody.js';
import { answerDraw } from '../custody-draw.js';
import { fill, find, h } from '../dom.js';
import { acts } from '../form.js';
import { Keyring } from '../keyring.js';
import { say, sayError, sayTime } from '../language.js';
import { proven } from '../proven.js';
import { restoring } from '../seed-restore.js';
import { browserStorage } from '../storage.js';
import { Trust } from '../trust.js';

const keyring = new Keyring(browserStorage());
const place = find('#custodian');
const { account, signer } = place.dataset;

function failed(error) {
  const trouble = find('#trouble');
  trouble.hidden = false;
  fill(trouble, sayError(error));
}

/** The public facts of one draw, proven. */
async function factsOf(trust, tender, draw) {
  const { draws } = await getJson(`/api/evaluations/${encodeURIComponent(tender)}/draws`);
  const listed = draws.find((one) => one.draw === draw);
  return proven(trust, listed?.seqs ?? []);
}

async function offer(custodian) {
  const trust = await Trust.open();
  for (const form of document.querySelectorAll('form.draw')) {
    const { tender, draw, ceremony } = form.dataset;
    const said = find('.said', form);
    const button = find('button', form);
    button.hidden = false;
    acts(form, async () => {
      fill(said, h('p', {}, say('正在取得并证明全部记录……', 'Fetching and proving every record …')));
      try {
        const facts = await factsOf(trust, tender, draw);
        const view = viewOf(await proven(trust, ceremony.split(',').map(Number)));
        const question = { tender, draw, facts, view, contains: (head) => trust.contains(head) };
        const body = await answerDraw(custodian, question);
        const landed = await act({ stream: `evaluation/${tender}`, kind: 'draw.answered', body }, custodian.signer, { trust });
        fill(said, h('p', {}, say(`已核对、签名并取得回执:日志第 ${landed.seq} 条,${sayTime(landed.at)}。`, `Checked, signed, and the receipt is verified: entry ${landed.seq} of the log, ${sayTime(landed.at)}.`)));
        button.hidden = true;
      } catch (error) {
        // Enough others were faster: the draw is done, and nothing is lacking.
        if (error.code === 'draw.unknown') {
          fill(said, h('p', {}, say('其他保管人已经答复,该抽取已完成。', 'Others have answered already; the draw is complete.')));
          button.hidden = true;
          return;
        }
        fill(said, h('p', {}, h('strong', {}, say('没有答复。', 'Nothing was answered.'))));
        throw error;
      }
    });
  }
}

try {
  if (await keyring.keptOf(account, 'seed')) {
    const custodian = await keyring.custodian(account);
    if (hex(custodian.signer.publicKey) !== signer) {
      throw Object.assign(new Error(), { zh: '本浏览器的种子不是该账户登记的种子。', en: 'The seed in this browser is not the one under which the account is enrolled.' });
    }
    await offer(custodian);
  } else fill(place, restoring(keyring, account, async () => signer || null));
} catch (error) {
  failed(error);
}
document.documentElement.dataset.ready = 'draws';
