// A benchmark price in the form of a notice (评标基准价): figures that are fixed, or drawn at the opening (K, E1, E2, 下浮系数).
// Invariant: every figure is fixed or drawn, never both; each coefficient drawn has a name of its own, and what the form
// leaves out is not drawn.

import { fen, hundredths } from './notice-draft.js';

/**
 * The figures: the name of their fields, the member of `Benchmark`, the name under which they are drawn, and most of them.
 * @type {{name: string, member: string, coefficient: string, most: number, zh: string, en: string}[]}
 */
export const FIGURES = [
  { name: 'k', member: 'k_bp', coefficient: 'K', most: 99.99, zh: 'K 值:最高限价部分下浮(%)', en: 'K: off the part of the ceiling (%)' },
  { name: 'e1', member: 'above', coefficient: 'E1', most: 1000, zh: 'E1:高于基准价每 1% 扣分', en: 'E1: points off per 1% above the benchmark' },
  { name: 'e2', member: 'below', coefficient: 'E2', most: 1000, zh: 'E2:低于基准价每 1% 扣分', en: 'E2: points off per 1% below the benchmark' },
  { name: 'lowering', member: 'float_bp', coefficient: 'float', most: 99.99, zh: '下浮系数:报价平均部分(%)', en: 'Float: off the part of the mean of the prices (%)' },
  { name: 'share', member: 'control_bp', coefficient: 'weight', most: 100, zh: '最高限价部分的权重(%)', en: 'Weight of the part of the ceiling (%)' },
]; // prettier-ignore

/** How a figure comes about. */
export const HOWS = [
  { how: 'fixed', zh: '固定', en: 'fixed' },
  { how: 'drawn', zh: '开标后抽取', en: 'drawn' },
  { how: 'digits', zh: '开标后逐位抽取', en: 'drawn digit by digit' },
];

const PARTS = ['how', 'fixed', 'from', 'to', 'step'];

/** The names of all fields of a benchmark, as a draft keeps them. */
export const BENCHMARK_FIELDS = [...FIGURES.flatMap(({ name }) => PARTS.map((part) => `${name}_${part}`)), 'mean', 'tier_from', 'tier_high', 'tier_low', 'provisional'];

/** What the fields begin with: nothing is drawn. */
export const BENCHMARK_BLANK = {
  ...Object.fromEntries(FIGURES.flatMap(({ name }) => [[`${name}_how`, 'fixed'], [`${name}_fixed`, '0'], [`${name}_from`, ''], [`${name}_to`, ''], [`${name}_step`, '']])),
  e1_fixed: '1', e2_fixed: '0.5', mean: 'mean', tier_from: '7', tier_high: '0', tier_low: '0', provisional: '',
}; // prettier-ignore

const isDrawn = (draft, name) => draft[`${name}_how`] === 'drawn' || draft[`${name}_how`] === 'digits';

/** Lines of a lot and an amount in yuan, as `{lot: fen}`. @param {string} text */
export function provisionalOf(text) {
  const lines = (text ?? '').split('\n').map((line) => line.trim()).filter(Boolean); // prettier-ignore
  return Object.fromEntries(lines.map((line) => line.split(/\s+/)).map(([lot, amount]) => [lot, fen(amount ?? '') ?? Number.NaN]));
}

/** `Benchmark` and the coefficients that it leaves to a draw. @param {object} given the fields as they were typed */
export function benchmark(given) {
  const draft = { ...BENCHMARK_BLANK, ...given };
  const amount = ({ name, coefficient }) => (isDrawn(draft, name) ? { drawn: coefficient } : { fixed: hundredths(draft[`${name}_fixed`]) });
  const drawn = FIGURES.filter(({ name }) => isDrawn(draft, name)).map(({ name, coefficient }) => ({
    by_digits: draft[`${name}_how`] === 'digits',
    from: hundredths(draft[`${name}_from`]),
    name: coefficient,
    step: draft[`${name}_how`] === 'digits' ? 1 : hundredths(draft[`${name}_step`]),
    to: hundredths(draft[`${name}_to`]),
  }));
  const [from, high, low] = ['tier_from', 'tier_high', 'tier_low'].map((name) => Number(draft[name]));
  return {
    drawn,
    benchmark: {
      ...Object.fromEntries(FIGURES.map((figure) => [figure.member, amount(figure)])),
      mean: draft.mean,
      provisional: provisionalOf(draft.provisional),
      round_to: 0,
      steps: 'linear',
      tiers: high + low > 0 ? [{ from, high, low }] : [],
    },
  };
}

/**
 * What is wrong with the fields before the law is asked: numbers, ranges and steps.
 * @param {object} given the fields as they were typed @returns {{field: string, zh: string, en: string}[]}
 */
export function benchmarkFaults(given) {
  const draft = { ...BENCHMARK_BLANK, ...given };
  const faults = [];
  const wrong = (field, zh, en) => faults.push({ field, zh, en });
  for (const { name, most } of FIGURES) {
    const digits = draft[`${name}_how`] === 'digits';
    const asked = isDrawn(draft, name) ? (digits ? ['from', 'to'] : ['from', 'to', 'step']) : ['fixed'];
    const value = Object.fromEntries(asked.map((part) => [part, hundredths(draft[`${name}_${part}`])]));
    const bad = asked.find((part) => !(value[part] >= 0 && value[part] <= most * 100));
    if (bad !== undefined) wrong(`${name}_${bad}`, `请填写 0 至 ${most} 的数,最多两位小数。`, `Write a number from 0 to ${most} with two decimals at most.`);
    else if (value.from > value.to) wrong(`${name}_to`, '终值小于起值。', 'The end is less than the beginning.');
    else if (value.step === 0) wrong(`${name}_step`, '步长须大于 0。', 'A step is more than 0.');
    else if (value.step !== undefined && (value.to - value.from) % value.step !== 0) wrong(`${name}_step`, '起值至终值不是步长的整数倍。', 'From the beginning to the end is no whole number of steps.');
  }
  if (Object.values(provisionalOf(draft.provisional)).some(Number.isNaN)) {
    wrong('provisional', '每行写标段编号和金额(元),中间空格。', 'Write a lot and an amount in yuan on each line, with a space between.');
  }
  return faults;
}
