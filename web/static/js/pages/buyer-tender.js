// One tender of a buyer: keys, draft and notice, addenda, questions, final quotes, replies, candidates, award.
// Invariant: what is signed is what the form shows at that moment; the draft is kept until the notice is in the log.

import { act } from '../act.js';
import { getJson, request } from '../api.js';
import { hex, lp, unhex } from '../bytes.js';
import { spell } from '../canonical.js';
import { now } from '../clock.js';
import { fieldError, fill, find, h } from '../dom.js';
import { FieldFault, acts, offer, wanted } from '../form.js';
import { sha256Sync } from '../hash-sync.js';
import { Keyring } from '../keyring.js';
import { say, sayError, sayMoney, sayTime } from '../language.js';
import { BENCHMARK_BLANK, BENCHMARK_FIELDS, FIGURES, benchmarkFaults } from '../notice-benchmark.js';
import { instant, local, notice } from '../notice-draft.js';
import { TEMPLATES, laidOver } from '../notice-templates.js';
import { figureRow, figuresShown } from '../notice-figures.js';
import { METHODS, hasFinal, leastDays, stated, waysOf } from '../notice-ways.js';
import { follow } from '../live.js';
import { invitation } from '../quotes.js';
import { browserStorage } from '../storage.js';
import { Upload, capabilities, mustFit } from '../upload.js';

const storage = browserStorage();
const keyring = new Keyring(storage);
const { account: me, tender } = find('#owner').dataset;
const stream = `tender/${tender}`;
const PART = 4 << 20;
const DAY = 86_400_000;

async function sign(kind, body) {
  const landed = await act({ stream, kind, body }, await keyring.account(me));
  fill(find('#done'), say(`已签名,日志第 ${landed.seq} 条,${sayTime(landed.at)}。`, `Signed: entry ${landed.seq} of the log, ${sayTime(landed.at)}.`));
  return landed;
}

const again = () => setTimeout(() => location.reload(), 1_500);
const present = (selector, work) => {
  const form = document.querySelector(selector);
  if (form) work(form);
};

/** Uploads a tender document and says what a notice must say of it. */
async function uploaded(file, onProgress) {
  const upload = await Upload.begin('/api/uploads', { length: file.size, metadata: { kind: 'document' } });
  while (upload.offset < file.size) {
    const start = upload.offset;
    await upload.send(start, new Uint8Array(await file.slice(start, start + PART).arrayBuffer()));
    onProgress(upload.offset);
  }
  if (upload.digest === null) await upload.ask();
  return { bytes: file.size, name: file.name, sha256: upload.digest };
}

async function uploadedAll(field, files, place) {
  const documents = [];
  const { maxSize } = files.length > 0 ? await capabilities('/api/uploads') : {};
  // All of them first: nothing is sent if one of them cannot be.
  for (const file of files) {
    try {
      mustFit(file.size, maxSize, file.name);
    } catch (error) {
      throw new FieldFault(field, error.zh, error.en);
    }
  }
  for (const file of files) {
    const row = h('li', {}, h('bdi', {}, file.name), ' ', h('progress', { value: 0, max: Math.max(file.size, 1) }));
    place?.append(row);
    try {
      documents.push(await uploaded(file, (done) => (find('progress', row).value = done)));
      fill(row, h('bdi', {}, file.name), ' ', h('code', { class: 'hash' }, documents.at(-1).sha256));
    } catch (error) {
      throw new FieldFault(field, `${file.name}:${error.zh ?? error.message}`, `${file.name}: ${error.en ?? error.message}`);
    }
  }
  return documents;
}

present('#assign', (form) =>
  acts(form, async ({ stage, ceremony, slot }) => {
    const name = wanted(ceremony);
    const { records } = await getJson(`/api/ceremonies/${encodeURIComponent(name)}`);
    const completed = records.find(({ kind }) => kind === 'ceremony.completed');
    const key = completed?.body.keys[Number(slot.value)];
    if (!key) throw new FieldFault(slot, '该仪式没有这一把密钥。', 'The ceremony made no such key.');
    await sign('key.assigned', { ceremony: name, key_id: key.key_id, slot: Number(slot.value), stage: stage.value, tender });
    again();
  }),
);

const DRAFT = `draft/${tender}`;
const LOT = [
  ['id', '编号', 'Id'],
  ['title', '名称', 'Title'],
  ['estimate', '估算价(元)', 'Estimate (CNY)'],
  ['ceiling', '最高限价(元)', 'Ceiling (CNY)'],
  ['deposit', '保证金(元)', 'Deposit (CNY)'],
];

function lotRow(values, number) {
  const fields = LOT.map(([name, zh, en]) => {
    const id = `lot-${number}-${name}`;
    const input = h('input', { class: 'form-control', id, 'data-lot': name, inputmode: name === 'title' ? null : 'text' });
    input.value = values[name] ?? '';
    return h('div', { class: 'col-md mb-2' }, h('label', { class: 'form-label', for: id }, say(zh, en)), input);
  });
  const remove = h('button', { class: 'btn btn-sm', type: 'button', 'data-remove-lot': true }, say('删除标段', 'Remove the lot'), ' ', values.id ?? '');
  return h('div', { class: 'row', 'data-lot-row': true }, fields, h('div', { class: 'mb-3' }, remove));
}

const PLAIN = ['title', 'region', 'trade', 'documents_from', 'documents_until', 'closes_at', 'min_bidders', 'publicity_days',
  'validity_days', 'max_mib', 'panel', 'items', 'price_points', 'above', 'below', 'float', 'drop_high', 'drop_low',
  'unlock_min', 'share_min', 'objection_min', 'remedy', 'category', 'deduction', 'way', 'approval', 'ground',
  'supplier', 'shown_from', 'shown_until', 'flow_rule', 'flow_documents', 'flow_tendering', 'flow_addendum', ...BENCHMARK_FIELDS]; // prettier-ignore

function typed(form) {
  const draft = Object.fromEntries(PLAIN.map((name) => [name, form.elements[name].value]));
  draft.method = form.elements['method-name'].value;
  draft.bidder_lock = form.elements.bidder_lock.checked;
  draft.lots = [...form.querySelectorAll('[data-lot-row]')].map((row) =>
    Object.fromEntries([...row.querySelectorAll('[data-lot]')].map((input) => [input.dataset.lot, input.value.trim()])),
  );
  return draft;
}

function fresh(form) {
  const from = now() + 3_600_000;
  const { tendering, documents, title } = form.dataset;
  return {
    title,
    documents_from: local(from),
    documents_until: local(from + (Number(documents) + 1) * DAY),
    closes_at: local(from + (Number(tendering) + 2) * DAY),
    remedy: '不能开启的投标文件,按 20 号令第三十一条处理。',
    lots: [{ id: '1', title, estimate: '1000000.00', ceiling: '1200000.00', deposit: '20000.00' }],
    method: find('#method-name').value,
  };
}

function show(form, draft) {
  const whole = { ...BENCHMARK_BLANK, ...draft };
  for (const name of PLAIN) if (whole[name] !== undefined) form.elements[name].value = whole[name];
  if (draft.method) form.elements['method-name'].value = draft.method;
  form.elements.bidder_lock.checked = draft.bidder_lock === true;
  fill(find('#lot-rows'), draft.lots.map(lotRow));
}

const place = (field) => document.getElementById(field);

function tellFaults(faults) {
  const fields = [...BENCHMARK_FIELDS, 'title', 'procedure', 'documents_until', 'closes_at', 'min_bidders', 'publicity_days', 'validity_days', 'documents', 'lots', 'stages', 'opening', 'method'];
  const of = (field) => faults.filter((fault) => fault.field === field);
  for (const field of fields) {
    const own = of(field);
    const [fault] = own;
    const keyless = field === 'stages' && document.querySelector('.key-row') === null;
    const sentence = keyless && fault ? say('请先在上面分配开标密钥。', 'Assign the opening key above first.') : null;
    fieldError(place(field), fault ? (sentence ?? own.map(({ zh, en }) => say(zh, en)).join(say('', ' '))) : null);
  }
  fill(find('#verdict'), faults.length === 0
    ? say('按现行规则,此草稿可以发布。', 'By the rules in force this draft can be published.')
    : say(`还有 ${faults.length} 处不合规定,见各项旁的说明。`, `${faults.length} items break a rule; see beside them.`)); // prettier-ignore
}

async function drafting(form) {
  const keys = new Map([...document.querySelectorAll('.key-row')].map(({ dataset }) => [dataset.stage, dataset.key]));
  let documents = [];
  const { regime } = form.dataset;
  const methods = form.elements['method-name'];
  fill(find('#figures'), FIGURES.map(figureRow));
  for (const option of [...methods.options]) {
    if (!METHODS[regime].includes(option.value)) option.remove();
  }
  const { way } = form.elements;
  way.append(...waysOf(regime).map(({ way: value, zh, en }) => h('option', { value }, say(zh, en))));
  const composite = () => {
    const method = methods.value;
    find('#composite').hidden = method !== 'composite';
    find('#benchmark').hidden = method !== 'benchmark';
    figuresShown(form);
    find('#points').hidden = !['composite', 'benchmark', 'low_price_score', 'consultation', 'comparison'].includes(method);
    find('#government').hidden = regime !== 'government_procurement' && method !== 'comparison';
    const asked = stated(way.value);
    for (const part of form.querySelectorAll('[data-stated]')) part.hidden = !asked.includes(part.dataset.stated);
    find('#final-hint').hidden = !hasFinal(way.value);
    for (const part of form.querySelectorAll('[data-limit]')) {
      part.dataset.regime ??= part.textContent;
      const days = leastDays(way.value, part.dataset.limit);
      fill(part, days === null ? part.dataset.regime : say(...days));
    }
  };
  const body = () => notice(typed(form), { tender, keys, documents });
  let turn = 0;
  const check = async () => {
    turn += 1;
    const mine = turn;
    const typos = methods.value === 'benchmark' ? benchmarkFaults(typed(form)) : [];
    if (typos.length > 0) {
      tellFaults(typos);
      return typos;
    }
    try {
      const answer = await request(`/buyer/${tender}/check`, { method: 'POST', text: JSON.stringify(body()) });
      const faults = await answer.json();
      if (mine === turn) tellFaults(faults);
      return faults;
    } catch (error) {
      if (mine === turn) fill(find('#verdict'), sayError(error));
      return null;
    }
  };
  show(form, (await storage.get(DRAFT)) ?? fresh(form));
  composite();
  const templates = TEMPLATES.filter((template) => template.regime === regime);
  fill(find('#template'), templates.map(({ id, zh, en }) => h('option', { value: id }, say(zh, en))));
  find('#use-template').addEventListener('click', () => {
    const template = templates.find(({ id }) => id === find('#template').value);
    show(form, laidOver(typed(form), template, now()));
    changed();
    fill(find('#done'), say(`已套用范本:${template.zh}。`, `The template is in place: ${template.en}.`));
  });
  let timer;
  const changed = () => {
    composite();
    const draft = typed(form);
    storage.update(DRAFT, () => draft);
    offer(find('#export'), `${tender}.notice.json`, JSON.stringify(body(), null, 2));
    clearTimeout(timer);
    timer = setTimeout(check, 500);
  };
  form.addEventListener('input', changed);
  // The rows are built anew, so that their numbers have no gaps and no two fields share an id.
  const relaid = (lots) => {
    fill(find('#lot-rows'), lots.map(lotRow));
    changed();
  };
  find('#add-lot').addEventListener('click', () => {
    const { lots } = typed(form);
    const taken = new Set(lots.map(({ id }) => id));
    let number = lots.length + 1;
    while (taken.has(String(number))) number += 1;
    relaid([...lots, { id: String(number) }]);
    find(`#lot-${lots.length}-title`).focus();
  });
  find('#lot-rows').addEventListener('click', ({ target }) => {
    const row = target.closest('[data-remove-lot]')?.closest('[data-lot-row]');
    if (!row) return;
    const at = [...form.querySelectorAll('[data-lot-row]')].indexOf(row);
    relaid(typed(form).lots.filter((_, place) => place !== at));
    find('#add-lot').focus();
  });
  form.elements.documents.addEventListener('change', async ({ target }) => {
    fieldError(target, null);
    fill(find('#document-rows'));
    try {
      documents = await uploadedAll(target, target.files, find('#document-rows'));
      changed();
    } catch (error) {
      fieldError(target, sayError(error));
    }
  });
  acts(form, async () => {
    const faults = await check();
    if (faults === null || faults.length > 0) {
      place(faults?.[0]?.field ?? 'title').focus();
      return;
    }
    await sign('tender.noticed', body());
    await storage.update(DRAFT, () => undefined);
    again();
  });
  await check();
}

present('#notice', drafting);

async function questioning(section) {
  const { questions } = await getJson(`/api/tenders/${encodeURIComponent(tender)}/questions`);
  const open = questions.filter(({ answered }) => !answered);
  if (open.length === 0) {
    fill(section, h('p', {}, say('没有待答复的询问。', 'No question waits for an answer.')));
    return;
  }
  fill(section, open.map(({ question, text }) => {
    const id = `answer-${question}`;
    const field = h('textarea', { class: 'form-control', id, rows: 3 });
    const form = h('form', { class: 'card', novalidate: true },
      h('div', { class: 'card-body' },
        h('p', {}, h('bdi', {}, text)),
        h('div', { 'data-trouble': true, role: 'alert', hidden: true }),
        h('label', { class: 'form-label', for: id }, say('答复(公开)', 'Answer (public)')), field,
        h('button', { class: 'btn btn-primary', type: 'submit' }, say('签名并答复', 'Sign and answer'))));
    acts(form, async () => {
      await sign('question.answered', { answer: wanted(field), question, tender, text });
      await questioning(section);
    });
    return form;
  })); // prettier-ignore
}
present('#questions', (section) => questioning(section).catch((error) => fill(section, sayError(error))));

present('#amend', (form) => {
  const closes = Number(form.dataset.closes);
  const effect = () => {
    const asked = instant(form.elements['new-deadline'].value) ?? closes;
    const days = Math.floor((asked - now()) / DAY);
    const again = form.elements.substantive.checked;
    const said = again && days < 15
      ? say(`距截止只剩 ${days} 日:可能影响编制的修改须至少 15 日,请顺延截止时间。`, `Only ${days} days remain: such a change needs at least 15, move the deadline.`)
      : say(`截止时间:${sayTime(closes)}${asked === closes ? '(不变)' : ` → ${sayTime(asked)}`}。${again ? '已递交的投标须重新确认。' : ''}`, `Deadline: ${sayTime(closes)}${asked === closes ? ' (unchanged)' : ` → ${sayTime(asked)}`}.${again ? ' Bids handed in already must be confirmed again.' : ''}`);
    fill(find('#effect'), said);
  };
  form.addEventListener('input', effect);
  effect();
  acts(form, async (elements) => {
    const text = wanted(elements.text);
    const documents = await uploadedAll(elements['new-documents'], elements['new-documents'].files, null);
    const { state, records } = await getJson(`/api/tenders/${encodeURIComponent(tender)}`);
    const addenda = records.filter(({ kind }) => kind === 'tender.amended').length;
    const body = {
      closes_at: instant(elements['new-deadline'].value) ?? closes,
      documents,
      number: addenda + 1,
      substantive: elements.substantive.checked,
      tender,
      text,
    };
    const rules = hex(sha256Sync(lp('kaibiao/rules/v1', unhex(state.rules, 32), spell(body))));
    await sign('tender.amended', { ...body, rules });
    again();
  });
});

present('#invite', (form) => {
  const rows = [...form.querySelectorAll('[data-bid]')];
  const talks = () => rows.map(({ value, dataset: { bid, lot } }) => ({ bid, lot, reason: value.trim() || null }));
  const effect = () => {
    const left = talks().filter(({ reason }) => reason !== null).length;
    fill(find('#invite-effect'), say(`将邀请 ${rows.length - left} 份,不邀请 ${left} 份。`, `${rows.length - left} will be invited, ${left} left out.`));
  };
  form.addEventListener('input', effect);
  effect();
  acts(form, async (elements) => {
    const field = elements['quotes-deadline'];
    const closesAt = instant(wanted(field));
    if (closesAt === null || closesAt <= now()) throw new FieldFault(field, '截止时间须在将来。', 'The deadline lies in the future.');
    const { state } = await getJson(`/api/tenders/${encodeURIComponent(tender)}`);
    const { stage } = form.dataset;
    await sign('quotes.invited', invitation({ tender, stage, rules: state.rules, closesAt, changes: elements.changes.value, talks: talks() }));
    again();
  });
});

for (const form of document.querySelectorAll('form.reply')) {
  acts(form, async ({ text }) => {
    await sign(form.dataset.kind, { objection: form.dataset.objection, tender, text: wanted(text) });
    again();
  });
}

for (const form of document.querySelectorAll('form.ready:not(#award)')) {
  const body = JSON.parse(form.dataset.body);
  const rows = body.candidates;
  fill(find('.rows', form), h('div', { class: 'table-responsive', tabindex: '0', role: 'region', 'aria-label': say('将要签名的内容', 'What will be signed') }, h('table', { class: 'table' },
    h('caption', {}, say('将要签名的内容', 'What will be signed')),
    h('thead', {}, h('tr', {}, [say('标段', 'Lot'), say('名次', 'Rank'), say('投标人', 'Bidder'), say('报价', 'Price')].map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, rows.map((row) => h('tr', {}, h('td', {}, h('code', {}, row.lot)), h('td', {}, row.rank), h('td', {}, h('bdi', {}, row.account)), h('td', {}, sayMoney(row.price)))))))); // prettier-ignore
  acts(form, async () => {
    await sign(form.dataset.kind, body);
    again();
  });
}

present('#award', (form) => {
  const candidates = JSON.parse(form.dataset.candidates);
  const lots = [...new Set(candidates.map(({ lot }) => lot))];
  const name = ({ rank, account, price }) => `${say(`第 ${rank} 名`, `no. ${rank}`)} · ${account} · ${sayMoney(price)}`;
  fill(find('.rows', form), lots.map((lot, at) => {
    const own = candidates.filter((one) => one.lot === lot).sort((a, b) => a.rank - b.rank);
    const select = h('select', { class: 'form-select', id: `winner-${at}`, name: `winner-${at}`, 'data-refused': 'award.not_candidate' }, own.map((one) => h('option', { value: one.bid }, name(one))));
    const cause = h('textarea', { class: 'form-control', id: `cause-${at}`, name: `cause-${at}`, 'data-refused': 'award.no_deviation award.not_first text.invalid', rows: 2, maxlength: 4000 });
    const why = h('div', { hidden: true }, h('label', { class: 'form-label', for: `cause-${at}` }, say('不选第一名的法定事由(公开)', 'Cause of the law for passing over the first (public)')), cause);
    select.addEventListener('change', () => {
      why.hidden = select.selectedIndex === 0;
    });
    return h('fieldset', {}, h('legend', {}, say('标段 ', 'Lot '), h('code', {}, lot)),
      h('label', { class: 'form-label', for: `winner-${at}` }, say('中标人', 'Winner')), select, why);
  })); // prettier-ignore
  acts(form, async (elements) => {
    const awards = lots.map((lot, at) => {
      const chosen = candidates.find((one) => one.lot === lot && one.bid === elements[`winner-${at}`].value);
      const { account, bid, price } = chosen;
      const isFirst = elements[`winner-${at}`].selectedIndex === 0;
      return { account, bid, ...(isFirst ? {} : { deviation: wanted(elements[`cause-${at}`]) }), lot, price };
    });
    await sign('award.made', { awards, tender });
    again();
  });
});

present('#counts', (place) => {
  const seen = new Map();
  follow(`/api/tenders/${encodeURIComponent(tender)}/events`, {
    onFact: ({ record: { kind, seq } }) => {
      const shown = place.querySelector(`[data-count="${kind}"]`);
      if (!shown) return;
      seen.set(kind, (seen.get(kind) ?? new Set()).add(seq));
      shown.textContent = String(seen.get(kind).size);
    },
  });
});

present('#terminate', (form) =>
  acts(form, async ({ reason }) => {
    await sign('tender.terminated', { reason: wanted(reason), tender });
    again();
  }),
);
document.documentElement.dataset.ready = 'buyer-tender';
