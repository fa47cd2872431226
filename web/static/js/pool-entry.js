// Entries of a pool of experts (专家库) from form fields, CSV and JSON, checked before anything is signed.
// Invariant: an entry that comes out whole is one that the law can read; a day is a day of China, and comes back as the
// same day.

/** China Standard Time is eight hours ahead of UTC all year. */
const OFFSET = 8 * 3_600_000;
const DAY = 86_400_000;
/** Most texts of one list, and most characters of each. */
const MANY = 64;
const LONG = 200;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Longest file, in bytes, and most entries of one. */
export const LONGEST = 16 << 20;
export const MOST = 100_000;

/**
 * Something wrong with one field, with both sentences.
 * @typedef {{field: string, zh: string, en: string}} Fault
 * The fields of an entry as they are typed.
 * @typedef {{account: string, employer: string, specialities: string, regions: string, senior: boolean, since: string,
 *   credentials: string, past: string, kin: string}} Typed
 */

class Wrong extends Error {
  constructor(zh, en) {
    super(en);
    this.zh = zh;
    this.en = en;
  }
}

/** The first millisecond of a day `YYYY-MM-DD` in China; null if it is no day. @param {string} text */
export function dayStart(text) {
  const found = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text.trim().replaceAll('/', '-'));
  if (!found) return null;
  const [year, month, day] = found.slice(1).map(Number);
  const at = Date.UTC(year, month - 1, day);
  const back = new Date(at);
  if (back.getUTCFullYear() !== year || back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return null;
  return at - OFFSET;
}

/** The last millisecond of a day in China; null if it is no day. @param {string} text */
export function dayEnd(text) {
  const start = dayStart(text);
  return start === null ? null : start + DAY - 1;
}

/** The day in China of an instant. @param {number} ms */
export const dayOf = (ms) => new Date(ms + OFFSET).toISOString().slice(0, 10);

const codes = (text) => text.split(/[\s,,、;;]+/).filter(Boolean);
const lines = (text) => text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);

function listed(all) {
  if (all.length > MANY) throw new Wrong(`最多 ${MANY} 项。`, `${MANY} at most.`);
  const long = all.find((text) => [...text].length > LONG);
  if (long) throw new Wrong(`每项最多 ${LONG} 字。`, `At most ${LONG} characters each.`);
  return all;
}

/** `name | day`: the name, and the end of the day if one is given. */
function dated(line) {
  const at = Math.max(line.lastIndexOf('|'), line.lastIndexOf('|'));
  if (at < 0) return { name: line, until: null };
  const [name, day] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  const until = dayEnd(day);
  if (!name || until === null) {
    throw new Wrong(`“${line}”应写为“名称 | 年-月-日”。`, `Write “${line}” as “name | year-month-day”.`);
  }
  return { name, until };
}

const credential = (line) => {
  const { name, until } = dated(line);
  return until === null ? { title: name } : { title: name, until };
};

const employment = (line) => {
  const { name, until } = dated(line);
  if (until === null) throw new Wrong(`“${line}”缺少离职日期。`, `“${line}” lacks the last day.`);
  return { employer: name, until };
};

/**
 * The entry that fields give, or what is wrong with them.
 * @param {Typed} typed @param {string} pool @param {number} now ms
 * @returns {{body: object|null, faults: Fault[]}}
 */
export function entryOf(typed, pool, now) {
  const faults = [];
  const field = (name, read) => {
    try {
      return read(String(typed[name] ?? '').trim());
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      faults.push({ field: name, zh: error.zh, en: error.en });
      return null;
    }
  };
  const needed = (text) => {
    if (!text) throw new Wrong('此项必填。', 'This is needed.');
    return text;
  };
  const account = field('account', (text) => {
    if (!ID.test(needed(text))) throw new Wrong('不是账户名称。', 'This is no name of an account.');
    return text;
  });
  const employer = field('employer', (text) => listed([needed(text)])[0]);
  const specialities = field('specialities', (text) => listed(codes(needed(text))));
  const regions = field('regions', (text) => listed(codes(text)));
  const since = field('since', (text) => {
    const at = dayStart(needed(text));
    if (at === null) throw new Wrong('应为 年-月-日,如 2012-07-01。', 'Write year-month-day, such as 2012-07-01.');
    if (at > now) throw new Wrong('该日期晚于今天。', 'That day is in the future.');
    return at;
  });
  const credentials = field('credentials', (text) => listed(lines(text)).map(credential));
  const past = field('past', (text) => listed(lines(text)).map(employment));
  const kin = field('kin', (text) => listed(lines(text)));
  if (faults.length > 0) return { body: null, faults };
  const senior = typed.senior === true;
  return { body: { account, credentials, employer, kin, past, pool, regions, senior, since, specialities }, faults };
}

/** The cells of a CSV file (RFC 4180; a semicolon or a tab may part them instead). @param {string} text @returns {string[][]} */
export function cells(text) {
  const plain = text.replace(/^\uFEFF/, '');
  const head = plain.split(/\r?\n/, 1)[0];
  const mark = [',', '\t', ';'].find((one) => head.includes(one)) ?? ',';
  const rows = [];
  let row = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < plain.length; at += 1) {
    const char = plain[at];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (plain[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === mark) {
      row.push(cell);
      cell = '';
    } else if (char === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else if (char !== '\r') cell += char;
  }
  if (quoted) throw new Wrong('CSV 的引号没有闭合。', 'A quotation mark of the CSV file is never closed.');
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows.filter((one) => one.some((text) => text.trim() !== ''));
}

const NAMES = {
  account: 'account', 账户: 'account', 专家账户: 'account',
  employer: 'employer', 工作单位: 'employer', 单位: 'employer',
  specialities: 'specialities', 专业: 'specialities', 专业代码: 'specialities',
  regions: 'regions', 地区: 'regions', 服务地区: 'regions',
  senior: 'senior', 高级职称: 'senior', since: 'since', 从业起始: 'since',
  credentials: 'credentials', 证书: 'credentials', 职称与证书: 'credentials',
  past: 'past', 以前的单位: 'past', 曾任职单位: 'past', kin: 'kin', 亲属: 'kin', 亲属与利害关系: 'kin',
}; // prettier-ignore
/** Columns whose cells hold several texts. */
const SEVERAL = new Set(['credentials', 'past', 'kin']);
const NEEDED = ['account', 'employer', 'specialities', 'since'];
const YES = new Set(['true', '1', 'yes', 'y', '是', '高级', '√']);

function ofCsv(text, pool, now) {
  const [head, ...rows] = cells(text);
  const names = (head ?? []).map((name) => NAMES[name.trim()] ?? NAMES[name.trim().toLowerCase()] ?? null);
  const lacking = NEEDED.filter((name) => !names.includes(name));
  if (lacking.length > 0) {
    throw new Wrong(`首行缺少列:${lacking.join('、')}。`, `The first line lacks the columns ${lacking.join(', ')}.`);
  }
  return rows.map((row) => {
    const cell = (name, at) => (SEVERAL.has(name) ? (row[at] ?? '').replaceAll(/[;;]/g, '\n') : (row[at] ?? ''));
    const typed = Object.fromEntries(names.map((name, at) => [name, cell(name, at)]).filter(([name]) => name !== null));
    return entryOf({ ...typed, senior: YES.has((typed.senior ?? '').trim().toLowerCase()) }, pool, now);
  });
}

const MEMBERS = ['account', 'credentials', 'employer', 'kin', 'past', 'pool', 'regions', 'senior', 'since', 'specialities'];

/** An entry as `kaibiao expert add` reads it; `pool` may be left out. */
function ofJson(entry, pool, now) {
  const fault = (field, zh, en) => ({ body: null, faults: [{ field, zh, en }] });
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return fault('account', '不是条目。', 'This is no entry.');
  const strange = Object.keys(entry).find((name) => !MEMBERS.includes(name));
  if (strange) return fault(strange, '没有这一项。', 'There is no such member.');
  if (entry.pool !== undefined && entry.pool !== pool) return fault('pool', `该条目属于专家库 ${entry.pool}。`, `The entry is for the pool ${entry.pool}.`);
  const texts = (name) => {
    const list = entry[name] ?? [];
    return Array.isArray(list) && list.every((text) => typeof text === 'string' && text.trim() !== '') ? list : null;
  };
  const dates = (name, member) => {
    const list = entry[name] ?? [];
    const isDate = (at) => Number.isSafeInteger(at);
    const fine = (one) =>
      one !== null && typeof one === 'object' && typeof one[member] === 'string' && one[member].trim() !== '' &&
      (isDate(one.until) || (member === 'title' && one.until === undefined)) && Object.keys(one).every((key) => key === member || key === 'until'); // prettier-ignore
    return Array.isArray(list) && list.every(fine) ? list : null;
  };
  const read = {
    specialities: texts('specialities'), regions: texts('regions'), kin: texts('kin'),
    credentials: dates('credentials', 'title'), past: dates('past', 'employer'),
  }; // prettier-ignore
  const wrong = Object.keys(read).find((name) => read[name] === null);
  if (wrong) return fault(wrong, '写法不符。', 'This is not written as it must be.');
  if (!Number.isSafeInteger(entry.since)) return fault('since', '应为自 1970 年起的毫秒数。', 'This must be milliseconds since 1970.');
  // The same rules as for what is typed, member by member.
  const asked = entryOf({ ...blank, account: entry.account, employer: entry.employer, specialities: 'x', since: dayOf(entry.since) }, pool, now);
  if (asked.body === null) return asked;
  const empty = read.specialities.length === 0;
  if (empty) return fault('specialities', '至少一个专业。', 'There must be one at least.');
  const all = [...Object.values(read)].find((list) => list.length > MANY || list.some((one) => [...(one.title ?? one.employer ?? one)].length > LONG));
  if (all) return fault('account', `每一列表最多 ${MANY} 项,每项最多 ${LONG} 字。`, `Lists have at most ${MANY} texts of at most ${LONG} characters.`);
  return { body: { ...asked.body, ...read, senior: entry.senior === true, since: entry.since }, faults: [] };
}

const blank = { account: '', employer: '', specialities: '', regions: '', senior: false, since: '', credentials: '', past: '', kin: '' };

/**
 * The entries of a file, each with what is wrong with it; throws with both sentences if it is no such file.
 * @param {string} text @param {string} pool @param {number} now ms
 * @returns {{body: object|null, faults: Fault[]}[]}
 */
export function entriesOf(text, pool, now) {
  const plain = text.replace(/^\uFEFF/, '').trim();
  let read;
  if (/^[[{]/.test(plain)) {
    let json;
    try {
      json = JSON.parse(plain);
    } catch {
      throw new Wrong('文件不是 JSON。', 'The file is no JSON.');
    }
    read = (Array.isArray(json) ? json : [json]).map((entry) => ofJson(entry, pool, now));
  } else read = ofCsv(plain, pool, now);
  if (read.length === 0) throw new Wrong('文件里没有专家。', 'The file lists nobody.');
  if (read.length > MOST) throw new Wrong(`一个文件最多 ${MOST} 位专家。`, `A file lists at most ${MOST} experts.`);
  const seen = new Set();
  return read.map((one) => {
    const account = one.body?.account;
    if (account === undefined) return one;
    if (seen.has(account)) {
      return { body: null, faults: [{ field: 'account', zh: `${account} 在文件中出现两次。`, en: `${account} stands twice in the file.` }] };
    }
    seen.add(account);
    return one;
  });
}
