// Score sheets (评分表): what was typed, as points; the fault that the platform would find; the commitment and what is
// kept for the reveal, in the form of `kaibiao score commit --keep`.
// Invariant: a sheet without a fault here is taken at the reveal; what is kept opens the commitment that was sent.

import { Wrong, compare, hex, lp, random, unhex, utf8 } from '../bytes.js';
import { spell } from '../canonical.js';
import { sha256 } from '../hash.js';

/**
 * @typedef {Record<string, Record<string, number>>} Sheet code → item → hundredths of a point, or 0 and 1
 * @typedef {{item: string, max: number, title?: string|null}} Item
 * @typedef {{zh: string, en: string, code: string, item: string|null}} Fault
 * @typedef {{salt: string, seat: string, sheet: Sheet, tender: string}} Kept
 */

/** Whether an item is passed or failed, not scored. @param {Item} item */
export const isPassed = (item) => item.max === 1;

/** Hundredths as points: `1250` is `12.5`. @param {number} hundredths @returns {string} */
export function sayPoints(hundredths) {
  const whole = Math.floor(hundredths / 100);
  const rest = String(hundredths % 100).padStart(2, '0').replace(/0+$/, '');
  return rest ? `${whole}.${rest}` : String(whole);
}

/**
 * What was typed into one field as its value in the sheet; null for what is no value.
 * @param {string} typed points with two decimals at most; of an item that is passed or failed `1` or `0`
 * @param {Item} item
 * @returns {number|null}
 */
export function readPoints(typed, item) {
  const plain = typed
    .trim()
    .replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[\uff0e\u3002]/g, '.');
  if (isPassed(item)) return plain === '0' || plain === '1' ? Number(plain) : null;
  const found = /^(\d{1,7})(?:\.(\d{0,2}))?$/.exec(plain);
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : null;
}

/** What is wrong with one typed value; null if nothing is. @param {string} typed @param {Item} item */
export function typedFault(typed, item) {
  if (typed.trim() === '') return { zh: '尚未评定。', en: 'Not judged yet.' };
  const value = readPoints(typed, item);
  if (value === null) {
    return isPassed(item)
      ? { zh: '请选择通过或不通过。', en: 'Choose pass or fail.' }
      : { zh: '请填写分数,最多两位小数。', en: 'Write points, with two decimals at most.' };
  }
  if (value <= item.max) return null;
  const most = sayPoints(item.max);
  return { zh: `应在 0 至 ${most} 分之间。`, en: `Must be from 0 to ${most} points.` };
}

/**
 * The first thing wrong with a sheet, by the platform's rule (`facts::sheet`); null if it is complete and in range.
 * @param {string[]} codes @param {Item[]} items @param {Sheet} sheet
 * @returns {(Fault & {refusal: string})|null}
 */
export function sheetFault(codes, items, sheet) {
  const known = new Set(items.map(({ item }) => item));
  for (const code of Object.keys(sheet).sort(ascending)) {
    if (!codes.includes(code)) {
      return { refusal: 'score.code_invalid', code, item: null, zh: `评分表中的编号 ${code} 不属于本次评标,请删除。`, en: `The sheet names the code ${code}, which is not in this evaluation; leave it out.` };
    }
    const item = Object.keys(sheet[code]).sort(ascending).find((name) => !known.has(name));
    if (item !== undefined) {
      return { refusal: 'score.item_invalid', code, item, zh: `编号 ${code} 下的评分项 ${item} 不在招标公告的评标办法中。`, en: `Under the code ${code} the sheet names the item ${item}, which the notice does not know.` };
    }
  }
  const sorted = [...items].sort((one, other) => ascending(one.item, other.item));
  for (const code of codes) {
    for (const { item, max } of sorted) {
      const value = sheet[code]?.[item];
      if (value === undefined) {
        return { refusal: 'score.missing_invalid', code, item, zh: `编号 ${code} 的评分项 ${item} 没有评分,每个编号的每一项均须评定。`, en: `Item ${item} of code ${code} has no value; every item of every code must be judged.` };
      }
      if (!Number.isInteger(value) || value < 0 || value > max) {
        return { refusal: 'score.range_invalid', code, item, zh: `编号 ${code} 的评分项 ${item} 为 ${value},应在 0 至 ${max} 之间。`, en: `Item ${item} of code ${code} is ${value}; it must be from 0 to ${max}.` };
      }
    }
    if (items.length === 0 && sheet[code] === undefined) {
      return { refusal: 'score.missing_invalid', code, item: null, zh: `评分表缺少编号 ${code},每个编号均须列出。`, en: `The sheet does not name the code ${code}; every code must be there.` };
    }
  }
  return null;
}

const ascending = (one, other) => compare(utf8(one), utf8(other));

/** The sheet of what was typed; values that cannot be read are left out. @param {Record<string, Record<string, string>>} typed */
export function sheetOf(codes, items, typed) {
  const sheet = {};
  for (const code of codes) {
    sheet[code] = {};
    for (const item of items) {
      const value = readPoints(typed[code]?.[item.item] ?? '', item);
      if (value !== null) sheet[code][item.item] = value;
    }
  }
  return sheet;
}

/**
 * The commitment: `SHA-256(LP("kaibiao/score/v1", tender, seat, salt, sheet))`.
 * @param {Kept} kept
 * @returns {Promise<string>} hex
 */
export async function commitment({ salt, seat, sheet, tender }) {
  return hex(await sha256(lp('kaibiao/score/v1', tender, seat, unhex(salt, 32), spell(sheet))));
}

/** A sheet with a fresh salt. @returns {Kept} */
export const keep = (tender, seat, sheet) => ({ salt: hex(random(32)), seat, sheet, tender });

/** The file that `kaibiao score reveal --keep` reads. @param {Kept} kept */
export const keptText = ({ salt, seat, sheet, tender }) => `${JSON.stringify({ salt, seat, sheet, tender }, null, 2)}\n`;

const isSheet = (sheet) =>
  isObject(sheet) && Object.values(sheet).every((row) => isObject(row) && Object.values(row).every(Number.isSafeInteger));
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Reads such a file. @param {string} text @returns {Kept} */
export function readKept(text) {
  let kept;
  try {
    kept = JSON.parse(text);
  } catch {
    kept = null;
  }
  const members = isObject(kept) ? Object.keys(kept).sort().join() : '';
  const fits = members === 'salt,seat,sheet,tender' && /^[0-9a-f]{64}$/.test(kept.salt) && isSheet(kept.sheet);
  if (!fits || typeof kept.seat !== 'string' || typeof kept.tender !== 'string') {
    throw new Wrong('这不是承诺时保存的评分文件', 'this is not the file that was kept at the commitment');
  }
  return kept;
}
