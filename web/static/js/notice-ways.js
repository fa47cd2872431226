// Trade methods (交易方式) in the form of a notice: what each asks to be stated, and the shortest times of its row.
// Invariant: times, bidders and panels come from the table of docs/record-format.md, section 12.1, and from nowhere else.

import { TABLE } from './checks/procedures.js';
import { CHINA, dayOf, endOf } from './days.js';

const HALF_PAST_NINE = 9.5 * 3_600_000;

/** @type {{way: string, zh: string, en: string}[]} */
export const WAYS = [
  { way: 'tendering', zh: '工程招标', en: 'Tendering of works' },
  { way: 'open_tendering', zh: '公开招标', en: 'Open tendering' },
  { way: 'consultation', zh: '竞争性磋商', en: 'Competitive consultation' },
  { way: 'negotiation', zh: '竞争性谈判', en: 'Competitive negotiation' },
  { way: 'inquiry', zh: '询价', en: 'Inquiry' },
  { way: 'single_source', zh: '单一来源', en: 'Single source' },
  { way: 'comparison', zh: '比选', en: 'Selection by comparison' },
];

/** The methods of evaluation that each law knows. */
export const METHODS = {
  works: ['lowest_evaluated', 'composite', 'benchmark'],
  government_procurement: ['low_price_score', 'lowest_price', 'consultation', 'negotiation'],
  free: ['lowest_evaluated', 'composite', 'benchmark', 'comparison'],
};

/** The trade methods of a regime. @param {string} regime */
export const waysOf = (regime) => WAYS.filter(({ way }) => TABLE[way].regime === regime);

/** Whether a trade method has a stage of its own for final quotes. @param {string} way */
export const hasFinal = (way) => ['final', 'negotiated'].includes(TABLE[way]?.price);

/** Whether every lot needs a ceiling within its estimate. @param {string} way */
export const isBudgeted = (way) => ['consultation', 'negotiation', 'inquiry', 'single_source'].includes(way);

/** Which statements a trade method may ask for, by the names of their fields. @param {string} way */
export const stated = (way) =>
  ({
    consultation: ['approval', 'ground'],
    negotiation: ['approval', 'ground'],
    inquiry: ['approval'],
    single_source: ['approval', 'ground', 'supplier', 'shown'],
    comparison: ['flow'],
  })[way] ?? [];

/** The steps of a comparison without talks (record format, FlowStep). */
const STEPS = ['notice', 'documents', 'clarification', 'quotes', 'opening', 'comparison', 'publicity', 'award'];

const said = (text) => (text ?? '').trim() || undefined;
const whole = (text) => Number(text || 0);

/**
 * The member `procedure` of a notice; undefined where the draft names no trade method.
 * @param {object} draft the fields as they were typed @param {(value: string) => number | null} instant
 */
export function procedure(draft, instant) {
  const { way } = draft;
  if (!way) return undefined;
  const asked = new Set(stated(way));
  const [from, until] = [instant(draft.shown_from ?? ''), instant(draft.shown_until ?? '')];
  const members = {
    approval: asked.has('approval') ? said(draft.approval) : undefined,
    flow: asked.has('flow') ? flow(draft) : undefined,
    ground: asked.has('ground') ? said(draft.ground) : undefined,
    shown: asked.has('shown') && from !== null && until !== null ? { from, until } : undefined,
    supplier: asked.has('supplier') ? said(draft.supplier) : undefined,
    way,
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function flow(draft) {
  const publicity = whole(draft.publicity_days);
  return {
    addendum_days: whole(draft.flow_addendum),
    documents_days: whole(draft.flow_documents),
    publicity_days: publicity,
    rule: said(draft.flow_rule) ?? '',
    steps: publicity > 0 ? STEPS : STEPS.filter((step) => step !== 'publicity'),
    tendering_days: whole(draft.flow_tendering),
  };
}

/** 09:30 in China on the day after a period begun on `from` is over. */
const over = (from, due) => endOf(CHINA.reached(dayOf(from), due)) + HALF_PAST_NINE;

/**
 * The shortest times of a trade method from an instant on; null for a comparison, whose flow sets them.
 * @param {string} way @param {number} from when documents are given out, ms
 */
export function times(way, from, own = {}) {
  const row = TABLE[way];
  const documents = own.documents ?? row.documents;
  const closes = Math.max(over(from, own.tendering ?? row.tendering), over(from, documents));
  return { closesAt: closes, documentsUntil: documents[0] > 0 ? over(from, documents) : closes };
}

/** The least days of a period in words, as `[zh, en]`; null where no trade method is named. @param {string} way @param {string} name */
export function leastDays(way, name) {
  if (!TABLE[way]) return null;
  const [number, unit] = TABLE[way][name];
  if (number === 0) return ['', ''];
  return unit === 'd' ? [`(≥ ${number} 日)`, `(≥ ${number} days)`] : [`(≥ ${number} 个工作日)`, `(≥ ${number} working days)`];
}

/** What a template of a trade method sets beside its method: bidders, publicity, panel. @param {string} way */
export function least(way) {
  const row = TABLE[way];
  return {
    min_bidders: String(row.least),
    panel: String(Math.max(row.panel, 3)),
    publicity_days: String(Math.max(row.publicity[0], 1)),
    way,
  };
}
