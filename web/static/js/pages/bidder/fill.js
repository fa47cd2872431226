// Filling in a bid: which lots, the opening letters, the files with their sizes, hashes and limits, before anything is
// sealed or sent.
// Invariant: what was typed is kept in this browser as it is typed; nothing leaves it from here.

import { amountOf, brandAsked, deviationsAsked, letterOf, priceRemark } from '../../bid.js';
import { hex } from '../../bytes.js';
import { spell } from '../../canonical.js';
import { fieldError, fill, h } from '../../dom.js';
import { FieldFault, acts, wanted } from '../../form.js';
import { sha256Sync } from '../../hash-sync.js';
import { bidKeyMessage } from '../../keyring.js';
import { say, sayBoth, sayMoney } from '../../language.js';
import { ownWorker } from '../../own-worker.js';
import { sealedLength } from '../../seal-job.js';
import { capabilities } from '../../upload.js';
import { field, form, sizeOf, submit } from './desk.js';

let asked = null;
/** The most bytes of one upload that the platform takes; no limit is known while it does not say. */
const platformLimit = () => (asked ??= capabilities('/api/uploads').then(({ maxSize }) => maxSize, () => Infinity));

const idOf = (place, what) => `${what}-${place.lot}-${place.part}`;

/** SHA-256 of a file, made in a worker. @param {File} file @param {(read: number) => void} onRead @returns {Promise<string>} */
function digestOf(file, onRead) {
  const worker = ownWorker('digest-worker.js');
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (data.read) onRead(data.read);
      if (data.sha256) resolve(data.sha256);
      if (data.failed) reject(Object.assign(new Error(data.failed.en), data.failed));
    };
    worker.onerror = () => reject(new Error('the hashing worker did not start'));
    worker.postMessage({ about: file.name, file });
  }).finally(() => worker.terminate());
}

function letterFields(place, letter, notice, lot) {
  const id = (what) => idOf(place, what);
  const declared = place.priced ? deviationsAsked(notice) : [];
  const brands = brandAsked(notice);
  const AS = { deviation: say('商务偏差:', 'Deviation: '), claim: say('申请价格扣除(是填 1):', 'Deduction claimed (1 if so): '), number: say('客观项数值:', 'Number declared: ') };
  return [
    field(say('投标人名称', 'Name of the bidder'), { id: id('name'), autocomplete: 'organization', required: true, maxlength: 200 }, { value: letter.name }),
    place.priced && field(say('投标报价', 'Price'), { id: id('price'), inputmode: 'decimal', autocomplete: 'off', required: true }, {
      value: letter.price,
      hint: [lot.ceiling && `${say('最高投标限价', 'ceiling')} ${sayMoney(lot.ceiling)}`, lot.floor && `${say('最低限价', 'floor')} ${sayMoney(lot.floor)}`]
        .filter(Boolean).join(say(',', ', ')) || place.currency,
    }),
    field(say('工期或交货期(天)', 'Period in days'), { id: id('period'), inputmode: 'numeric', required: true }, { value: letter.period }),
    field(say('质量承诺', 'Quality promised'), { id: id('quality'), maxlength: 200 }, { value: letter.quality ?? say('合格', '合格') }),
    field(say('项目负责人', 'Project manager'), { id: id('lead'), autocomplete: 'off', maxlength: 200 }, { value: letter.lead }),
    brands && field(say('核心产品品牌', 'Brand of the core product'), { id: id('brand'), maxlength: 200 }, { value: letter.brand }),
    ...declared.map(({ item, unit, as }) =>
      field([AS[as], h('code', {}, item)], { id: id(`deviation-${item}`), inputmode: 'numeric' }, { value: letter.deviations?.[item] ?? '0', hint: unit })),
  ]; // prettier-ignore
}

const whole = (text) => /^-?\d{1,9}$/.test(text.trim());

function letterSaid(place, elements, notice) {
  const at = (what) => elements[idOf(place, what)];
  const said = {};
  for (const what of ['name', 'price', 'period', 'quality', 'lead', 'brand']) {
    if (at(what)) said[what] = at(what).value.trim();
  }
  said.deviations = {};
  for (const { item } of place.priced ? deviationsAsked(notice) : []) said.deviations[item] = at(`deviation-${item}`).value.trim();
  return said;
}

/** The letter as it will be sealed; a fault beside the field that is wrong. */
function checkedLetter(place, elements, notice, about) {
  const at = (what) => elements[idOf(place, what)];
  wanted(at('name'));
  let price;
  if (place.priced) {
    wanted(at('price'));
    try {
      price = amountOf(at('price').value, place.currency);
    } catch (error) {
      throw new FieldFault(at('price'), error.zh, error.en);
    }
  }
  const period = wanted(at('period'));
  if (!whole(period) || Number(period) < 0) throw new FieldFault(at('period'), '请填写天数。', 'Write a number of days.');
  const deviations = {};
  for (const { item } of place.priced ? deviationsAsked(notice) : []) {
    const input = at(`deviation-${item}`);
    if (!whole(input.value || '0')) throw new FieldFault(input, '请填写整数,没有偏差填 0。', 'Write a whole number, 0 for none.');
    deviations[item] = Number(input.value || '0');
  }
  return letterOf({
    ...about, name: at('name').value.trim(), period: Number(period), lead: at('lead').value.trim(),
    quality: at('quality').value.trim(), price, brand: at('brand')?.value.trim(), deviations,
  }); // prettier-ignore
}

function filePlace(place, sealed, chosenFiles) {
  const said = h('p', { role: 'status' });
  const kept = sealed && h('p', {}, say('已加密并上传:', 'Sealed and uploaded: '), h('bdi', {}, sealed.job.file.name), ` · ${sizeOf(sealed.job.file.size)}. `,
    say('不选择文件则沿用;选择文件则替换。', 'It is kept unless you choose another file.')); // prettier-ignore
  platformLimit();
  const limit = `${say('至多', 'at most')} ${sizeOf(place.maxBytes)}`;
  const part = field([say('文件', 'File'), ' ', h('code', {}, place.part)], { id: idOf(place, 'file'), type: 'file' }, { hint: limit });
  const input = part.querySelector('input');
  input.addEventListener('change', async () => {
    const [file] = input.files;
    chosenFiles.delete(place.name);
    fieldError(input, null);
    if (!file) return fill(said);
    if (file.size > place.maxBytes) {
      const much = sizeOf(file.size);
      return fieldError(input, say(`文件有 ${much},此部分${limit}。没有发送任何内容。`, `The file has ${much}; this part takes ${limit}. Nothing was sent.`));
    }
    const most = await platformLimit();
    if (input.files[0] !== file) return;
    if (sealedLength(file.size) > most) {
      const whole = sizeOf(sealedLength(file.size));
      return fieldError(input, say(`加密后为 ${whole},平台每份至多接受 ${sizeOf(most)}。没有发送任何内容。`, `Sealed it would be ${whole}; the platform takes at most ${sizeOf(most)}. Nothing was sent.`));
    }
    const digest = digestOf(file, (read) => {
      if (input.files[0] === file) said.textContent = say(`正在计算摘要:${sizeOf(read)}`, `Hashing: ${sizeOf(read)}`);
    });
    chosenFiles.set(place.name, { file, digest });
    try {
      const sha256 = await digest;
      if (input.files[0] === file) fill(said, h('bdi', {}, file.name), ` · ${sizeOf(file.size)} · SHA-256 `, h('code', { class: 'hash' }, sha256));
    } catch (error) {
      chosenFiles.delete(place.name);
      fieldError(input, sayBoth(error));
    }
  });
  return h('div', {}, kept, part, said);
}

/**
 * The form of a bid.
 * @param {object} at the desk, terms, places, what is sealed, the draft
 * @param {(prepared: {lots: string[], letters: object, files: object, changed: {place: object, file: File}[]}) => Promise<void>} go
 */
export function fillView({ desk, own, terms, places, progress, draft, bidKey }, go) {
  const { notice } = terms;
  const chosenFiles = new Map();
  const sealedAt = (place) => progress.sealed.find((one) => one.place.name === place.name);
  const several = notice.lots.length > 1;
  const box = (lot) => h('input', {
    class: 'form-check-input', type: 'checkbox', id: `lot-${lot.lot}`, name: 'lots', value: lot.lot,
    checked: draft.lots.includes(lot.lot) || !several,
  }); // prettier-ignore
  const boxes = new Map(notice.lots.map((lot) => [lot.lot, box(lot)]));
  const lots = notice.lots.map((lot) => {
    const own = places.filter((place) => place.lot === lot.lot);
    const inside = h('div', {}, own.map((place) => (place.role === 'letter'
      ? h('fieldset', {}, h('legend', {}, say('投标函', 'Opening letter'), ' ', h('code', {}, place.part)), letterFields(place, draft.letters[place.name] ?? {}, notice, lot))
      : filePlace(place, sealedAt(place), chosenFiles)))); // prettier-ignore
    const tick = boxes.get(lot.lot);
    const follow = () => {
      inside.hidden = !tick.checked;
    };
    tick.addEventListener('change', follow);
    follow();
    const head = h('h3', {}, say('标段 ', 'Lot '), h('code', {}, lot.lot), ' ', h('bdi', {}, lot.title));
    const choice = several && h('div', { class: 'form-check' }, tick, h('label', { class: 'form-check-label', for: `lot-${lot.lot}` }, say('投此标段', 'Bid for this lot')));
    return h('section', {}, head, choice, inside);
  });
  const remarks = h('div', { role: 'status' });
  const view = form({ id: 'fill' }, several && h('div', { id: 'lots', tabindex: '-1' }), own.revision > 0 && h('p', {}, say('替换是一份完整的新投标:投标函与全部文件都要重新加密,请重新选择文件。', 'A replacement is a whole new bid: letters and files are all sealed anew, so choose the files again.')), lots, remarks,
    h('p', { class: 'form-hint' }, say('所填内容只保存在本浏览器。加密在本机完成,上传的只有密文。', 'What you fill in stays in this browser. Sealing is done on this machine; only sealed bytes are uploaded.')),
    submit('加密并上传', 'Seal and upload'),
  ); // prettier-ignore
  const picked = () => notice.lots.map(({ lot }) => lot).filter((lot) => boxes.get(lot).checked);
  const typed = () => Object.fromEntries(places.filter(({ role }) => role === 'letter').map((place) => [place.name, letterSaid(place, view.elements, notice)]));
  let saving = null;
  view.addEventListener('input', () => {
    clearTimeout(saving);
    saving = setTimeout(() => desk.keep((kept) => kept && { ...kept, lots: picked(), letters: typed() }), 300);
    const over = places.filter(({ priced, lot }) => priced && picked().includes(lot)).map((place) => {
      try {
        return priceRemark(amountOf(view.elements[idOf(place, 'price')].value, place.currency), notice.lots.find(({ lot }) => lot === place.lot));
      } catch {
        return null;
      }
    }); // prettier-ignore
    fill(remarks, over.filter(Boolean).map((remark) => h('p', { class: 'note' }, sayBoth(remark))));
  });
  acts(view, async (elements) => {
    clearTimeout(saving);
    const lotsNow = picked();
    if (lotsNow.length === 0) throw new FieldFault(boxes.values().next().value, '请至少选择一个标段。', 'Choose at least one lot.');
    const account = await desk.keyring.account(desk.account);
    const certificate = hex(await account.sign(bidKeyMessage(desk.trust.origin, desk.tender, draft.bid, bidKey.publicKey)));
    const changed = [];
    const letters = typed();
    const files = { ...draft.files };
    for (const place of places.filter(({ lot }) => lotsNow.includes(lot))) {
      if (place.role === 'letter') {
        const bytes = spell(checkedLetter(place, elements, notice, { account: desk.account, certificate }));
        const sha256 = hex(sha256Sync(bytes));
        if (!sealedAt(place) || files[place.name]?.sha256 !== sha256) {
          if (bytes.length > place.maxBytes) throw new FieldFault(elements[idOf(place, 'name')], `投标函有 ${bytes.length} 字节,至多 ${place.maxBytes}。`, `The letter has ${bytes.length} bytes; the part takes ${place.maxBytes}.`);
          changed.push({ place, bytes, sha256, file: letterFile(bytes) });
        }
        continue;
      }
      const input = elements[idOf(place, 'file')];
      const chosen = chosenFiles.get(place.name);
      if (chosen) changed.push({ place, file: chosen.file, sha256: await chosen.digest });
      else if (input.getAttribute('aria-invalid') === 'true' || input.files[0]) throw new FieldFault(input, '此文件不能使用,请另选。', 'This file cannot be used: choose another.');
      else if (!sealedAt(place)) throw new FieldFault(input, '请选择文件。', 'Choose a file.');
    }
    for (const { place, file, sha256 } of changed) files[place.name] = { name: file.name, size: file.size, sha256 };
    await go({ lots: lotsNow, letters, files, changed });
  });
  return view;
}

/** A letter as a file: its time of change is fixed, so that sealing goes on after a closed tab. @param {Uint8Array} bytes */
export const letterFile = (bytes) => new File([bytes], 'letter.json', { lastModified: 0, type: 'application/json' });
