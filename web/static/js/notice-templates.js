// Templates of a notice by trade (招标公告范本): method, items, times and deposit to start from.
// Invariant: a template changes only the fields it names; title, amounts of lots and documents stay as they were typed,
// but a ceiling is no higher than the budget where the trade method asks for that.

import { fen, instant, local } from './notice-draft.js';
import { isBudgeted, least, times } from './notice-ways.js';

/** Highest deposit: 2 % of the estimate (招标投标法实施条例26), 800,000 yuan in works (施工招标投标办法37). */
const SHARE = 0.02;
const CAP = 800_000;

const WORKS = { way: 'tendering', min_bidders: '3', publicity_days: '3', validity_days: '90', panel: '5', unlock_min: '30', share_min: '120', objection_min: '60' };
const GOVERNMENT = { ...WORKS, publicity_days: '1', deduction: '10', way: 'open_tendering' };
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
    id: 'construction-drawn', regime: 'works', zh: '施工(综合评估法,K、E1、E2 开标后抽取)', en: 'Construction, composite scoring, K, E1 and E2 drawn at the opening',
    fields: { ...WORKS, trade: 'A01', method: 'benchmark', price_points: '60', items: 'qualification 资格条件(评标委员会审查)\nplan 20 施工组织设计\nteam 10 项目管理机构\nrecord 10 企业业绩与信用', max_mib: '512', k_how: 'digits', k_from: '5', k_to: '7', e1_how: 'drawn', e1_from: '1.5', e1_to: '2.5', e1_step: '0.5', e2_how: 'drawn', e2_from: '0.5', e2_to: '1', e2_step: '0.25', lowering_how: 'fixed', lowering_fixed: '0', share_how: 'fixed', share_fixed: '40', mean: 'mean', tier_from: '7', tier_high: '1', tier_low: '1', provisional: '' },
  },
  {
    id: 'small-works', regime: 'works', zh: '小型施工(经评审的最低投标价法)', en: 'Small works, lowest evaluated price',
    fields: { ...WORKS, trade: 'A01', method: 'lowest_evaluated', items: 'qualification 资格条件(评标委员会审查)\nquality 质量与工期响应\nsafety 安全生产条件', max_mib: '256' },
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
    fields: { ...GOVERNMENT, trade: 'C01', method: 'low_price_score', category: 'goods', price_points: '40', items: 'qualification 投标人资格条件\nconformity 符合性审查\ntechnical 35 技术参数响应\nservice 15 售后服务\nrecord 10 业绩', max_mib: '256' },
  },
  {
    id: 'standard-goods', regime: 'government_procurement', zh: '通用货物(最低评标价法)', en: 'Standard goods, lowest evaluated price',
    fields: { ...GOVERNMENT, trade: 'C01', method: 'lowest_price', category: 'goods', items: 'qualification 投标人资格条件\ntechnical 全部实质性要求', max_mib: '128' },
  },
  {
    id: 'services', regime: 'government_procurement', zh: '服务(综合评分法)', en: 'Services, composite scoring',
    fields: { ...GOVERNMENT, trade: 'D01', method: 'low_price_score', category: 'services', price_points: '15', items: 'qualification 投标人资格条件\nconformity 符合性审查\nscheme 45 服务方案\nteam 25 服务团队\nrecord 15 业绩', max_mib: '256' },
  },
  {
    id: 'consultation', regime: 'government_procurement', zh: '竞争性磋商(服务,综合评分)', en: 'Competitive consultation, services, scored',
    fields: { ...GOVERNMENT, ...least('consultation'), trade: 'D01', method: 'consultation', category: 'services', price_points: '20', items: 'requirements 资格与实质性要求\nscheme 45 服务方案\nteam 20 服务团队\nrecord 15 业绩', max_mib: '256' },
  },
  {
    id: 'negotiation', regime: 'government_procurement', zh: '竞争性谈判(货物,最低最后报价)', en: 'Competitive negotiation, goods, lowest final quote',
    fields: { ...GOVERNMENT, ...least('negotiation'), trade: 'C01', method: 'negotiation', category: 'goods', items: 'requirements 全部实质性要求', max_mib: '256' },
  },
  {
    id: 'inquiry', regime: 'government_procurement', zh: '询价(货物,一次报价)', en: 'Inquiry, goods, one price that stands',
    fields: { ...GOVERNMENT, ...least('inquiry'), trade: 'C01', method: 'negotiation', category: 'goods', items: 'requirements 全部实质性要求', max_mib: '128' },
  },
  {
    id: 'single-source', regime: 'government_procurement', zh: '单一来源(商定价格)', en: 'Single source, price agreed in talks',
    fields: { ...GOVERNMENT, ...least('single_source'), trade: 'C01', method: 'negotiation', category: 'goods', deduction: '0', items: 'requirements 质量与服务要求', max_mib: '128', ground: '政府采购法第三十一条第(一)项:只能从唯一供应商处采购。' },
  },
  {
    id: 'comparison', regime: 'free', zh: '比选(最低价)', en: 'Selection by comparison, lowest price',
    fields: { ...WORKS, ...least('comparison'), validity_days: '60', method: 'comparison', category: 'services', deduction: '0', price_points: '0', items: 'requirements 全部实质性要求', trade: 'D01', max_mib: '64', unlock_min: '15', share_min: '60', objection_min: '30', flow_rule: '(本地比选办法的名称与文号)', flow_documents: '3', flow_tendering: '5', flow_addendum: '1' },
  },
  {
    id: 'plain', regime: 'free', zh: '其他(最低价,不设评审小组)', en: 'Other procedures, lowest price without a panel',
    fields: { ...WORKS, way: '', min_bidders: '1', publicity_days: '1', validity_days: '60', panel: '0', method: 'lowest_evaluated', items: '', trade: 'A01', max_mib: '64', unlock_min: '15', share_min: '60', objection_min: '30' },
  },
]; // prettier-ignore

/** The highest deposit for an estimate in yuan, as it is typed; empty for no estimate. @param {string} estimate @param {string} regime */
export function depositFor(estimate, regime) {
  const yuan = Number(estimate.replaceAll(',', ''));
  if (!(yuan > 0)) return '';
  const most = Math.floor(100 * yuan * SHARE) / 100;
  return (regime === 'works' ? Math.min(CAP, most) : most).toFixed(2);
}

const HOUR = 3_600_000;

/** The times of a draft from then on: those of its trade method, or as they are. */
function scheduled(draft, at) {
  if (!draft.way) return {};
  const typed = instant(draft.documents_from ?? '');
  const from = typed !== null && typed > at ? typed : at + HOUR;
  const own = (name) => (draft[name] === undefined ? undefined : [Number(draft[name]), 'd']);
  const flow = draft.way === 'comparison' ? { documents: own('flow_documents'), tendering: own('flow_tendering') } : {};
  const { closesAt, documentsUntil } = times(draft.way, from, flow);
  return { closes_at: local(closesAt), documents_from: local(from), documents_until: local(documentsUntil) };
}

/** A ceiling within the budget; NaN of an amount that is none compares with nothing and stays for its fault. */
function ceilingFor({ ceiling, estimate }, way) {
  const [given, most] = [fen(ceiling ?? ''), fen(estimate ?? '')];
  return isBudgeted(way) && most !== null && (given === null || given > most) ? estimate : ceiling;
}

/**
 * A draft with the template laid over it.
 * @param {object} draft as `typed` gives it @param {Template} template @param {number} at now, ms
 */
export function laidOver(draft, { fields, regime }, at) {
  // Working days are counted from here: from no instant on there is no last of them.
  if (!Number.isFinite(at)) throw new TypeError('a template is laid over a draft at an instant');
  const laid = { ...draft, ...fields };
  const lots = draft.lots.map((lot) => ({ ...lot, ceiling: ceilingFor(lot, laid.way), deposit: depositFor(lot.estimate ?? '', regime) }));
  return { ...laid, ...scheduled(laid, at), lots };
}
