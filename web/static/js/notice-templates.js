// Templates of a notice by trade (招标公告范本): method, items, times and deposit to start from.
// Invariant: a template changes only the fields it names; title, amounts of lots and documents stay as they were typed.

/** Highest deposit: 2 % of the estimate (招标投标法实施条例26), 800,000 yuan in works (施工招标投标办法37). */
const SHARE = 0.02;
const CAP = 800_000;

const WORKS = { min_bidders: '3', publicity_days: '3', validity_days: '90', panel: '5', unlock_min: '30', share_min: '120', objection_min: '60' };
const GOVERNMENT = { ...WORKS, publicity_days: '1', deduction: '10' };
const SCORED_WORKS = 'plan 30 施工组织设计\nteam 15 项目管理机构\nrecord 10 企业业绩\ncredit 5 信用';

/**
 * @typedef {{id: string, regime: 'works'|'government_procurement'|'free', zh: string, en: string,
 *   fields: Record<string, string>}} Template
 * @type {Template[]}
 */
export const TEMPLATES = [
  {
    id: 'construction', regime: 'works', zh: '施工(综合评估法)', en: 'Construction, composite scoring',
    fields: { ...WORKS, trade: 'A01', method: 'composite', price_points: '40', above: '1', below: '0.5', float: '0', drop_high: '0', drop_low: '0', items: SCORED_WORKS, max_mib: '512' },
  },
  {
    id: 'small-works', regime: 'works', zh: '小型施工(经评审的最低投标价法)', en: 'Small works, lowest evaluated price',
    fields: { ...WORKS, trade: 'A01', method: 'lowest_evaluated', items: 'qualification 资格条件\nquality 质量与工期响应\nsafety 安全生产条件', max_mib: '256' },
  },
  {
    id: 'design', regime: 'works', zh: '勘察设计(综合评估法,技术为主)', en: 'Survey and design, composite scoring, technique first',
    fields: { ...WORKS, trade: 'A02', method: 'composite', price_points: '15', above: '0.5', below: '0.3', float: '0', drop_high: '0', drop_low: '0', items: 'scheme 45 设计方案\nteam 25 项目团队\nrecord 10 类似业绩\nservice 5 后续服务', max_mib: '1024' },
  },
  {
    id: 'supervision', regime: 'works', zh: '监理(综合评估法)', en: 'Supervision of works, composite scoring',
    fields: { ...WORKS, trade: 'A03', method: 'composite', price_points: '20', above: '0.5', below: '0.3', float: '0', drop_high: '0', drop_low: '0', items: 'outline 35 监理大纲\nteam 30 监理机构\nrecord 15 业绩与信用', max_mib: '256' },
  },
  {
    id: 'goods', regime: 'government_procurement', zh: '货物(综合评分法)', en: 'Goods, composite scoring',
    fields: { ...GOVERNMENT, trade: 'C01', method: 'low_price_score', category: 'goods', price_points: '40', items: 'qualification 资格与符合性\ntechnical 35 技术参数响应\nservice 15 售后服务\nrecord 10 业绩', max_mib: '256' },
  },
  {
    id: 'standard-goods', regime: 'government_procurement', zh: '通用货物(最低评标价法)', en: 'Standard goods, lowest evaluated price',
    fields: { ...GOVERNMENT, trade: 'C01', method: 'lowest_price', category: 'goods', items: 'qualification 资格条件\ntechnical 全部实质性要求', max_mib: '128' },
  },
  {
    id: 'services', regime: 'government_procurement', zh: '服务(综合评分法)', en: 'Services, composite scoring',
    fields: { ...GOVERNMENT, trade: 'D01', method: 'low_price_score', category: 'services', price_points: '15', items: 'qualification 资格与符合性\nscheme 45 服务方案\nteam 25 服务团队\nrecord 15 业绩', max_mib: '256' },
  },
  {
    id: 'comparison', regime: 'free', zh: '比选(最低价)', en: 'Selection by comparison, lowest price',
    fields: { ...WORKS, min_bidders: '1', publicity_days: '1', validity_days: '60', panel: '0', method: 'lowest_evaluated', items: '', trade: 'A01', max_mib: '64', unlock_min: '15', share_min: '60', objection_min: '30' },
  },
]; // prettier-ignore

/** The highest deposit for an estimate in yuan, as it is typed; empty for no estimate. @param {string} estimate @param {string} regime */
export function depositFor(estimate, regime) {
  const yuan = Number(estimate.replaceAll(',', ''));
  if (!(yuan > 0)) return '';
  const most = Math.floor(100 * yuan * SHARE) / 100;
  return (regime === 'works' ? Math.min(CAP, most) : most).toFixed(2);
}

/**
 * A draft with the template laid over it.
 * @param {object} draft as `typed` gives it @param {Template} template
 */
export const laidOver = (draft, { fields, regime }) => ({
  ...draft,
  ...fields,
  lots: draft.lots.map((lot) => ({ ...lot, deposit: depositFor(lot.estimate ?? '', regime) })),
});
