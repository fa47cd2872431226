// The kinds of facts and the parts of their bodies, as docs/record-format.md, section 3, lists them.
// Invariant: a line here says what the line of that document says; `schema.js` reads these tables.

/** kind | author | visibility, with withheld members after a minus | members */
export const KINDS_TABLE = `
platform.founded | platform | public | calendar: text; demo: bool; log_key: text; origin: text; registrars: [Registrar]; refusal_key: text
facts.disclosed | platform | public | basis: text; seqs: [int]
fact.erased | registrar | public | basis: text; reason: text; seq: int
clock.suspected | platform | public | lag: int
account.enrolled | registrar | public -contact employer name salt | account: id; contact: text; custody?: Custody; employer: text; held: hex32; key: hex32; name: text; proof: hex64; roles: [role]; salt: hex32; until?: instant
account.revoked | registrar | public | account: id; reason: text
ceremony.called | buyer, agent, registrar | public | ceremony: id; k: int; keys: int; members: [Member]; purpose: Purpose; session: hex32
ceremony.committed | custodian | public | ceremony: id; index: int; slots: [Commitment]
ceremony.shared | custodian | public | ceremony: id; index: int; slots: [[SealedShare]]
ceremony.complained | custodian | public | against: int; ceremony: id; index: int; slot: int
ceremony.answered | custodian | public | ceremony: id; index: int; scalar: hex32; slot: int; to: int
ceremony.failed | platform | public | cause: text; ceremony: id; loser: int
ceremony.certified | custodian | public | ceremony: id; index: int; slots: [Certified]
ceremony.completed | platform | public | ceremony: id; keys: [StageKey]
tender.registered | buyer, agent | public | agent?: id; buyer: id; regime: Regime; tender: id; title: text
key.assigned | buyer, agent | public | ceremony: id; key_id: hex32; slot: int; stage: id; tender: id
tender.noticed | buyer, agent | public | closes_at: instant; documents: [Document]; documents_from: instant; documents_until: instant; lots: [Lot]; method: Method; min_bidders: int; opening: OpeningRules; procedure?: Procedure; publicity_days: int; region: text; stages: [Stage]; tender: id; title: text; trade: text; validity_days: int
tender.amended | buyer, agent | public | closes_at: instant; documents: [Document]; number: int; rules: hex32; substantive: bool; tender: id; text: text
quotes.invited | buyer, agent | public | changes: text; closes_at: instant; invited: [Remaining]; left_out: [LeftOut]; rules: hex32; stage: id; tender: id
key.proved | custodian | public | date: text; index: int; key_id: hex32; proof: hex96
question.asked | bidder | confidential | question: id; tender: id; text: text
question.answered | buyer, agent | public | answer: text; question: id; tender: id; text: text
bid.entered | bidder | confidential | account: id; bid: id; key: hex32; proof: hex64; tender: id
bid.submitted | bid key | confidential | bid: id; envelopes: [Envelope]; revision: int; rules: hex32; tender: id
bid.confirmed | bid key | confidential | bid: id; rules: hex32; tender: id
bid.withdrawn | bid key | confidential | bid: id; tender: id
tender.closed | platform | public | closes_at: instant; tender: id
tender.failed | platform | public | basis: text; cause: text; tender: id
list.frozen | platform | public | envelopes: [Listed]; list: hex32; stage: id; tender: id; until: instant
list.disputed | bid key | public | bid: id; receipt: text; stage: id; tender: id; text: text
bid.unlocked | bid key | public | bid: id; keys: [Unlock]; stage: id; tender: id
list.settled | platform | public | excluded: [Unopened]; list: hex32; stage: id; submissions: [hex16]; tender: id; until: instant
share.given | custodian | public | index: int; list: hex32; partials: [hex96]; stage: id; tender: id
share.faulted | platform | public | index: int; reason: text; seq: int; stage: id; submission: hex16; tender: id
custodian.absent | platform | public | index: int; stage: id; tender: id
opening.failed | platform | public | cause: Cause; shares: int; stage: id; tender: id
opening.recorded | platform | public -panel | bids: [OpenedBid]; list: hex32; panel?: [PanelFile]; quorum: [int]; stage: id; tender: id; until: instant
opening.objected | bid key | public | bid: id; objection: id; stage: id; tender: id; text: text
opening.replied | buyer, agent | public | objection: id; tender: id; text: text
opening.confirmed | bid key | public | bid: id; record: int; stage: id; tender: id
opening.closed | platform | public | stage: id; tender: id
origins.compared | platform | public | bids: [BidOrigin]; record: int; tender: id
qualification.read | platform | public | bid: id; by: id; lot: id; part: id; submission: hex16; tender: id
qualification.reviewed | buyer, agent | confidential | tender: id; votes: [Qualified]
candidates.publicised | buyer, agent | public | candidates: [Candidate]; evaluation: int; tender: id; until: instant
candidates.objected | bidder | public | objection: id; tender: id; text: text
candidates.replied | buyer, agent | public | objection: id; tender: id; text: text
candidates.revoked | platform | public | order: id; panel: Panel; reason: text; seq: int; tender: id
award.made | buyer, agent | public | awards: [Award]; tender: id
tender.terminated | buyer, agent | public | reason: text; tender: id
contract.signed | buyer, agent | public | account: id; added?: text; bid: id; bond?: Money; contract: Document; differs?: text; lot: id; period_days: int; price: Money; quality: text; signed_at: instant; tender: id
contract.published | buyer, agent | public | lot: id; medium: text; sha256: hex32; tender: id; url: text
contract.filed | buyer, agent | public | lot: id; office: text; receipt: text; tender: id
contract.supplemented | buyer, agent | public | change: Money; lot: id; reason: text; supplement: Document; tender: id
award.reported | buyer, agent | public | office: text; report: Document; tender: id
deposits.received | buyer, agent | public | deposits: [Received]; tender: id
deposits.returned | buyer, agent | public | paid_at: instant; returned: [Returned]; tender: id
deposit.kept | buyer, agent | public | amount: Money; bid: id; ground: KeepGround; lot: id; reason: text; tender: id
inquiry.put | platform | confidential | bid: id; clarification: id; price?: int; tender: id; text: text; until: instant
inquiry.answered | bid key | confidential | bid: id; clarification: id; confirms?: bool; tender: id; text: text
tender.suspended | platform | public | order: id; seq: int; tender: id; until?: instant
tender.resumed | platform | public | order: id; seq: int; tender: id
objection.raised | bidder | confidential | against: Against; objection: id; tender: id; text: text
objection.noted | platform | public | against: Against; calendar: text; due?: instant; objection: id; seq: int; tender: id
objection.replied | buyer, agent | public | objection: id; reply: text; tender: id; text: text; upheld: bool
explanation.called | platform | public | order: id; seq: int; tender: id; until: instant
explanation.given | buyer, agent | public | order: id; tender: id; text: text
deadline.extended | platform | public | closes_at: instant; down?: Outage; order: id; seq: int; tender: id
step.voided | platform | public | order: id; seq: int; step: int; tender: id
instruction.returned | platform | public | cause: text; order: id; seq: int; tender: id
evaluation.opened | platform | confidential | bids: [CodedBid]; method: Method; opening: int; qualification?: int; tender: id; unqualified?: [Unqualified]; way?: Way
codes.drawn | platform | confidential | codes: {id → id}; tender: id
expert.listed | registrar | confidential | account: id; credentials: [Credential]; employer: text; kin: [text]; past: [Employment]; pool: id; regions: [text]; senior: bool; since: instant; specialities: [text]
expert.suspended | registrar | confidential | account: id; from: instant; pool: id; reason: text; until?: instant
expert.reinstated | registrar | confidential | account: id; pool: id; reason: text
draw.requested | buyer, agent | public | draw: id; subject: Subject; tender: id
pool.frozen | platform | public -key members | draw: id; filters: [text]; ids: [hex32]; key?: hex32; key_id: hex32; members?: [id]; pool: hex32; rules: hex32; tender: id; wanted: int
draw.pinned | platform | public | draw: id; root: hex32; size: int; tender: id
draw.answered | custodian | public | draw: id; index: int; part: hex96; tender: id
draw.completed | platform | public | draw: id; quorum: [int]; seed: hex64; tender: id
coefficient.drawn | platform | public | draw: id; tender: id; values: {id → int}
tie.drawn | platform | public | draw: id; order: [id]; tender: id
expert.called | platform | confidential | draw: id; expert: id; place: int; salt: hex32; seat: id; tender: id; until: instant
call.answered | expert | confidential | accept: bool; draw: id; place: int; reason: text; tender: id
call.lapsed | platform | confidential | draw: id; place: int; tender: id
representatives.named | buyer, agent | confidential | seats: {id → id}; tender: id
hours.set | buyer, agent | confidential | from: instant; tender: id; until: instant
seat.entered | expert | confidential | device: hex32; proof: hex64; seat: id; tender: id
seat.left | expert | confidential | cause: Leaving; seat: id; tender: id
document.opened | platform | confidential | code: id; idle: int; part: id; seat: id; tender: id
chair.voted | expert | confidential | candidate: id; seat: id; tender: id
panel.said | expert | confidential | seat: id; tender: id; text: text
seat.vacated | expert, buyer, agent | confidential | cause: Vacancy; reason: text; seat: id; tender: id
panel.appointed | buyer, agent | confidential | reason?: text; seats: {id → id}; tender: id
recusal.declared | expert | confidential | conflicts: [text]; seat: id; tender: id
review.voted | expert | confidential | seat: id; tender: id; votes: [Vote]
review.closed | platform | confidential | flagged: [LowPriceHit]; rejected: [Rejection]; tender: id
clarification.asked | expert | confidential | clarification: id; code: id; price?: int; seat: id; tender: id; text: text; until: instant
clarification.returned | platform | confidential | answered?: int; clarification: id; confirms?: bool; tender: id; text: text
price.corrected | expert | confidential | clarification: id; code: id; corrections: [Correction]; seat: id; tender: id
price.judged | expert | confidential | code: id; reason: text; reasonable: bool; seat: id; tender: id
extension.asked | expert | confidential | ms: int; reason: text; seat: id; tender: id
evaluation.extended | platform | confidential | ms: int; seats: [id]; tender: id
score.committed | expert | confidential | commitment: hex32; seat: id; tender: id
score.revealed | expert | confidential | salt: hex32; seat: id; sheet: Sheet; tender: id
score.changed | expert | confidential | changes: [Change]; ground: ChangeGround; reason: text; seat: id; tender: id
evaluation.concluded | platform | public | lots: [LotResult]; tender: id
report.assembled | platform | public | concluded: int; document: hex32; pages: int; pdf: hex32; round: int; tender: id; until: instant
report.signed | expert | confidential | dissent?: text; document: hex32; pdf: hex32; refused?: text; seat: id; tender: id
report.completed | platform | public | dissenting: [id]; document: hex32; refused: [id]; signed: [id]; silent: [id]; tender: id
evaluation.reopened | platform | public | order: id; panel: Panel; reason: text; round: int; seq: int; tender: id
order.suspended | supervisor | public | basis: text; complaint?: id; order: id; reason: text; tender: id; until?: instant
order.resumed | supervisor | public | order: id; reason: text; tender: id
order.reevaluated | supervisor | public | basis: text; order: id; panel: Panel; reason: text; tender: id
sign.judged | supervisor | confidential | code: id; judgment: Judgment; reason: text; record: int; sign: hex32; tender: id
order.inquired | supervisor | public | basis: text; complaint?: id; order: id; question: text; tender: id; until: instant
order.voided | supervisor | public | basis: text; order: id; reason: text; step: int; tender: id
order.extended | supervisor | public | basis: text; closes_at: instant; down?: Outage; order: id; reason: text; tender: id
complaint.filed | bidder, supervisor | confidential | claims: text; complaint: id; evidence: [hex32]; grievance: Grievance; known: instant; objections: [id]; paper?: Paper; requests: text; tender: id; tracking: hex32
complaint.returned | supervisor | confidential | complaint: id; missing: text; tender: id; until: instant
complaint.supplemented | bidder, supervisor | confidential | complaint: id; evidence: [hex32]; tender: id; text: text
complaint.accepted | supervisor | confidential | calendar: text; complaint: id; due?: instant; tender: id
complaint.refused | supervisor | public | basis: text; cause: RefusalCause; complaint: id; reason: text; tender: id
complaint.paused | supervisor | confidential | complaint: id; ground: PauseGround; reason: text; tender: id
complaint.continued | supervisor | confidential | calendar: text; complaint: id; due?: instant; result: text; tender: id
complaint.decided | supervisor | public | basis: text; complaint: id; orders: [id]; outcome: Outcome; reason: text; remedy?: text; tender: id
complaint.withdrawn | bidder, supervisor | confidential | complaint: id; reason: text; tender: id
access.requested | supervisor | confidential | access: id; basis: text; reason: text; seqs: [int]; tender: id
access.granted | supervisor | confidential | access: id; reason: text; tender: id
access.used | platform | confidential | access: id; by: id; tender: id
rules.adopted | supervisor | public | calendar: text; changed: [text]; clocks: [ClockRule]; file: json; from: instant; name: text; version: hex32
card.issued | platform | public | about: text; ahead?: Ahead; at: instant; basis: [text]; colour: Colour; due?: instant; en: text; facts: [int]; follows?: int; raised: instant; rule: text; since: int; size: int; tender: id; told: [text]; version: hex32; zh: text
card.warned | platform | public | ahead: Ahead; at: instant; card: int; due: instant; size: int; tender: id
card.ended | platform | public | by: int; card: int; how: How; tender: id
`;

/** type | members */
export const PARTS_TABLE = `
Listed | bid: id; envelope: hex32; seq: int; submission: hex16
Unlock | beta: hex32; submission: hex16
Unopened | cause: Cause; evidence: text; submission: hex16
BidOrigin | address?: int; bid: id
OpenedBid | account: id; bid: id; parts: [OpenedPart]
PanelFile | bytes: int; sha256: hex32; submission: hex16
OpenedPart | letter?: Letter; lot: id; bytes?: int; part: id; sha256?: hex32; submission: hex16; unopened?: Unopened
Envelope | blk: hex32; body_digest: hex32; body_length: int; header: hex128; key_id: hex32; lot: id; part: id; sig: hex64; submission: hex16
Letter | account: id; brand?: text; certificate: hex64; deviations?: {id → int}; name: text; period_days: int; price?: Money; project_lead: text; quality: text
CodedBid | brand?: text; ceiling?: Money; code: id; deviations?: {id → int}; floor?: Money; lot: id; price: Money
LotResult | benchmark_e4?: int; counted?: int; lot: id; ranking: [Ranked]; rejected: [Rejected]
Ranked | bid: id; code: id; evaluated: int; panel_e4: int; price_e4: int; rank: int; total_e4: int
Rejected | bid: id; clause: text; code: id
Custody | point: hex32; point_proof: hex96; signer: hex32; signer_proof: hex64
Document | bytes: int; name: text; sha256: hex32
Lot | ceiling?: Money; deposit?: Money; estimate: Money; floor?: Money; lot: id; title: text
Stage | invited?: bool; key_id: hex32; parts: [Part]; stage: id
Part | max_bytes: int; part: id; role: PartRole
ClockRule | about?: text; base?: text; basis: [text]; days_of?: MemberOf; first?: instant; gone?: instant; join?: Join; last: bool; number: int; only?: Only; pauses: bool; red: bool; regimes: [text]; rolls: bool; rule: text; some?: Holding; start: text; stop: [text]; tells: [text]; unit: text; warns: bool
MemberOf | kind: text; member: text
Join | start: text; stop: text
Only | is: text; member: text
Holding | holds: text; member: text
Remaining | bid: id; lot: id
LeftOut | bid: id; lot: id; reason: text
Procedure | approval?: text; flow?: Flow; ground?: text; shown?: Shown; supplier?: id; way: Way
Flow | addendum_days: int; documents_days: int; publicity_days: int; rule: text; steps: [FlowStep]; tendering_days: int
Shown | from: instant; until: instant
OpeningRules | bidder_lock: bool; objection_ms: int; remedy: text; share_ms: int; unlock_ms: int
Adjustment | bp_per_unit: int; item: id; unit: text
ScoreItem | item: id; max: int; title: text
Outage | from: instant; until: instant
Paper | received: instant; sha256: hex32
Candidate | account: id; bid: id; lot: id; price: Money; rank: int
PaidFrom | own: bool; payer: int
Received | amount: Money; bid: id; form: DepositForm; from?: PaidFrom; lot: id; received_at: instant
Returned | amount: Money; bid: id; interest: Money; lot: id
Award | account: id; bid: id; deviation?: text; lot: id; price: Money
Member | account: id; index: int; point: hex32; signer: hex32
Commitment | points: [hex32]; pop: hex64; sig: hex64
SealedShare | sealed: hex; to: int
Certified | key_id: hex32; sig: hex64
StageKey | key_id: hex32; public: hex32; shares: [hex32]
Registrar | account: id; key: hex32
Money | currency: Currency; minor: int
Adjustments | method: lowest; adjustments: [Adjustment]; must_pass: [id]; panel: int
Composite | above: int; below: int; drop_high: int; drop_low: int; float_bp: int; items: [ScoreItem]; method: composite; panel: int; price_points: int
Declared | adjustments: [Adjustment]; basis: Basis; category: Category; deductions: [Deduction]; drawn: [Coefficient]; items: [Scored]; low_price?: LowPrice; min_valid: int; panel: int; places: int; price: Pricing; review: [ReviewItem]; same_brand: Brands; ties: [TieBreak]; trim?: Tier
Amount | drawn?: id; fixed?: int
Coefficient | by_digits: bool; from: int; name: id; step: int; to: int
Pricing | benchmark?: Benchmark; points: int; rule: PriceRule
Benchmark | above: Amount; below: Amount; control_bp: Amount; float_bp: Amount; k_bp: Amount; mean: Mean; provisional: {id → int}; round_to: int; steps: Steps; tiers: [Tier]
Tier | from: int; high: int; low: int
Scored | item: id; max: int; steps: [Reached]; title: text; weight_bp: int
Reached | at_least: int; points: int
ReviewItem | by: Reviewer; clause: text; item: id; title: text
Deduction | basis: text; bp: int; from: DeductionFrom; item: id
LowPrice | answer_ms: int; ceiling_bp: int; mean_bp: int; second_bp: int
Vote | code: id; item: id; passes: bool; reason: text
Qualified | bid: id; item: id; lot: id; passes: bool; reason: text
Unqualified | bid: id; clause: text; item: id; lot: id; reason: text
Rejection | against: int; clause: text; code: id; item: id; of: int
LowPriceHit | code: id; test: LowPriceTest
Correction | after: int; before: int; place: text; rule: CorrectionRule
Change | code: id; from: int; item: id; to: int
TieByItem | by: by_item; item: id
TieByEvaluated | by: by_evaluated
TieByPrice | by: by_price
TieByPanel | by: by_panel
TieByDraw | by: by_drawn
Credential | title: text; until?: instant
Employment | employer: text; until: instant
SubjectExperts | for: for_experts; after?: id; answer_minutes: int; consultants: [text]; pool: id; regions: [text]; seats: int; specialities: [text]
SubjectCoefficients | for: for_coefficients
SubjectOrder | for: for_order
PurposeTender | for: for_tender; stage: id; tender: id
PurposeStock | for: for_stock
Seen | root: hex32; size: int
`;

/** Types that are one of several words. */
export const WORDS = {
  Regime: ['works', 'government_procurement', 'free'],
  Panel: ['same', 'new'],
  Colour: ['yellow', 'red'],
  Ahead: ['h48', 'h24', 'today', 'over'],
  How: ['cured', 'lapsed', 'replaced'],
  Judgment: ['explained', 'followed_up', 'referred'],
  Way: ['tendering', 'open_tendering', 'consultation', 'negotiation', 'inquiry', 'single_source', 'comparison'],
  FlowStep: ['notice', 'documents', 'clarification', 'quotes', 'opening', 'final_quotes', 'comparison', 'publicity', 'award'],
  PartRole: ['letter', 'panel', 'public', 'qualification'],
  Cause: ['bidder_no_unlock', 'bidder_bad_envelope', 'custodians_below_k', 'platform_missing_body'],
  role: ['buyer', 'agent', 'bidder', 'custodian', 'expert', 'supervisor', 'registrar', 'operator'],
  Currency: ['CNY', 'JPY'],
  lowest: ['lowest_evaluated'],
  composite: ['composite'],
  declared: ['declared'],
  Basis: ['lowest_evaluated', 'composite', 'lowest_price', 'low_price_score', 'consultation', 'negotiation', 'notice'],
  Category: ['goods', 'services', 'works'],
  PriceRule: ['order', 'lowest_first', 'benchmark', 'ignored'],
  Mean: ['mean', 'mean_with_lowest', 'median', 'lowest'],
  Steps: ['linear', 'begun', 'whole'],
  Reviewer: ['buyer', 'panel'],
  DeductionFrom: ['price', 'score'],
  Brands: ['ignored', 'one'],
  LowPriceTest: ['ceiling', 'mean', 'second'],
  CorrectionRule: ['summary_over_rest', 'words_over_figures', 'displaced_unit_price', 'unit_sum_over_total'],
  ChangeGround: ['summed_wrongly', 'out_of_range', 'objective_differs', 'extreme'],
  by_item: ['item'],
  by_evaluated: ['evaluated'],
  by_price: ['price'],
  by_panel: ['panel'],
  by_drawn: ['drawn'],
  for_tender: ['tender'],
  for_stock: ['stock'],
  for_experts: ['experts'],
  for_coefficients: ['coefficients'],
  for_order: ['order'],
  Leaving: ['left', 'idle'],
  Vacancy: ['conflict', 'absent', 'ill'],
  Against: ['documents', 'process', 'result'],
  DepositForm: ['transfer', 'cheque', 'guarantee', 'cash', 'other'],
  KeepGround: ['revoked', 'no_contract', 'conditions', 'no_bond', 'fraud'],
  Grievance: ['documents', 'opening', 'candidates', 'process', 'result', 'other'],
  RefusalCause: ['no_standing', 'vague', 'unsigned', 'late', 'no_objection', 'decided', 'in_court', 'elsewhere'],
  PauseGround: ['inspection', 'appraisal', 'expert_review'],
  Outcome: ['upheld', 'rejected', 'fabricated'],
};

/** Types of which a member says which part they are: [member, {value: part}]. */
export const UNIONS = {
  Subject: ['for', { experts: 'SubjectExperts', coefficients: 'SubjectCoefficients', order: 'SubjectOrder' }],
  Purpose: ['for', { tender: 'PurposeTender', stock: 'PurposeStock' }],
  Method: ['method', { lowest_evaluated: 'Adjustments', composite: 'Composite', declared: 'DeclaredMethod' }],
  TieBreak: [
    'by',
    { item: 'TieByItem', evaluated: 'TieByEvaluated', price: 'TieByPrice', panel: 'TieByPanel', drawn: 'TieByDraw' },
  ],
};

/** The fields of a payload that are no members of the body. */
export const AT_TYPES = {
  '@nonce': 'hex16',
  '@seen': 'Seen',
  '@key': 'hex32',
  '@arrived': 'instant',
  '@kind': 'text',
  '@subj': 'text',
  '@actor': 'text',
  '@sig': 'text',
};
