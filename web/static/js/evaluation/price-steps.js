// The steps of an arithmetic correction (算术性修正, 87号令59) from what a person filled in.
// Invariant: every step begins at the price that the one before it left, and the steps stand in the order of the law.

/** The rules in the order in which the law applies them. */
export const RULES = ['summary_over_rest', 'words_over_figures', 'displaced_unit_price', 'unit_sum_over_total'];

/** An amount as typed, in minor units; null if it is none. @param {string} text @param {number} digits after the point */
export function readAmount(text, digits) {
  const found = /^(\d{1,13})(?:\.(\d+))?$/.exec(text.replaceAll(/[,\uff0c\s]/g, ''));
  if (!found || (found[2] ?? '').length > digits) return null;
  const minor = Number(found[1] + (found[2] ?? '').padEnd(digits, '0'));
  return Number.isSafeInteger(minor) ? minor : null;
}

/**
 * The steps, or the field that is wrong.
 * @param {number} opened the opened price in minor units
 * @param {{rule: string, place: string, after: string}[]} rows as typed, in the order of the law
 * @param {number} digits of the currency
 * @returns {{steps: object[], price: number}|{fault: {rule: string, part: 'place'|'after'}, zh: string, en: string}}
 */
export function correctionOf(opened, rows, digits) {
  const steps = [];
  let price = opened;
  for (const { rule, place, after } of rows) {
    if (place === '' && after === '') continue;
    if (place === '') return { fault: { rule, part: 'place' }, zh: '请写明在投标文件中的位置。', en: 'Say where in the bid.' };
    const to = after === '' ? price : readAmount(after, digits);
    if (to === null) {
      return { fault: { rule, part: 'after' }, zh: `请填写金额,至多 ${digits} 位小数。`, en: `Write an amount with ${digits} decimals at most.` };
    }
    steps.push({ after: to, before: price, place, rule });
    price = to;
  }
  const [first] = rows;
  if (steps.length === 0) return { fault: { rule: first.rule, part: 'place' }, zh: '请至少填写一条规则。', en: 'Fill in one rule at least.' };
  if (price === opened) {
    return { fault: { rule: steps.at(-1).rule, part: 'after' }, zh: '修正后的报价与开标价相同,没有可确认的内容。', en: 'This leads to the opened price again: there is nothing to confirm.' };
  }
  return { steps, price };
}
