//! What the head of every page leads to: one table for all zones and roles.
//!
//! Invariant: an entry stands here only if its page exists; a test asks for each of them.

use desk::{Caller, Zone};
use facts::Role;

/// One entry of the navigation.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Zones in which it is shown.
    pub zones: &'static [Zone],
    /// Roles that see it; everybody if there are none.
    pub roles: &'static [Role],
    /// Path of the page.
    pub href: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// Its name in English.
    pub en: &'static str,
}

const PROCUREMENT: &[Zone] = &[Zone::Procurement];
const EVALUATION: &[Zone] = &[Zone::Evaluation];
const SUPERVISION: &[Zone] = &[Zone::Supervision];
const OTHERS: &[Zone] = &[Zone::Evaluation, Zone::Supervision];
const EVERY: &[Zone] = &[Zone::Procurement, Zone::Evaluation, Zone::Supervision];

/// Every entry, in the order shown: first what is public, then a role's own pages.
pub const ENTRIES: &[Entry] = &[
    Entry {
        zones: PROCUREMENT,
        roles: &[],
        href: "/",
        zh: "招标公告",
        en: "Tender notices",
    },
    Entry {
        zones: OTHERS,
        roles: &[],
        href: "/",
        zh: "首页",
        en: "Home",
    },
    Entry {
        zones: EVERY,
        roles: &[],
        href: "/log",
        zh: "公开日志",
        en: "Public log",
    },
    Entry {
        zones: EVERY,
        roles: &[],
        href: "/verify",
        zh: "核对",
        en: "Verify",
    },
    Entry {
        zones: PROCUREMENT,
        roles: &[],
        href: "/decisions",
        zh: "投诉处理决定",
        en: "Decisions",
    },
    Entry {
        zones: PROCUREMENT,
        roles: &[],
        href: "/subscribe",
        zh: "订阅",
        en: "Subscribe",
    },
    Entry {
        zones: EVALUATION,
        roles: &[Role::Expert],
        href: "/seat",
        zh: "我的评标",
        en: "My evaluations",
    },
    Entry {
        zones: EVALUATION,
        roles: &[Role::Buyer, Role::Agent],
        href: "/panels",
        zh: "评标委员会",
        en: "My panels",
    },
    Entry {
        zones: EVALUATION,
        roles: &[Role::Custodian],
        href: "/draws",
        zh: "随机抽取",
        en: "Draws",
    },
    Entry {
        zones: EVALUATION,
        roles: &[Role::Registrar],
        href: "/pools",
        zh: "专家库",
        en: "Pools of experts",
    },
    Entry {
        zones: EVERY,
        roles: &[Role::Operator],
        href: "/operator",
        zh: "平台运行",
        en: "Operation",
    },
    Entry {
        zones: SUPERVISION,
        roles: &[Role::Supervisor],
        href: "/docket",
        zh: "监督台账",
        en: "Docket",
    },
    Entry {
        zones: SUPERVISION,
        roles: &[Role::Supervisor, Role::Bidder],
        href: "/complaints",
        zh: "投诉",
        en: "Complaints",
    },
    Entry {
        zones: SUPERVISION,
        roles: &[],
        href: "/complaints/track",
        zh: "投诉查询",
        en: "Track a complaint",
    },
    Entry {
        zones: SUPERVISION,
        roles: &[Role::Supervisor],
        href: "/cards",
        zh: "红黄牌",
        en: "Cards",
    },
    Entry {
        zones: SUPERVISION,
        roles: &[Role::Supervisor],
        href: "/rules",
        zh: "监察规则",
        en: "Rules",
    },
    Entry {
        zones: SUPERVISION,
        roles: &[Role::Supervisor],
        href: "/statistics",
        zh: "统计",
        en: "Statistics",
    },
    Entry {
        zones: SUPERVISION,
        roles: &[Role::Supervisor],
        href: "/chain",
        zh: "日志链",
        en: "Chain",
    },
    Entry {
        zones: SUPERVISION,
        roles: &[Role::Supervisor],
        href: "/screens",
        zh: "线索",
        en: "Signs",
    },
    Entry {
        zones: EVERY,
        roles: &[],
        href: "/keys",
        zh: "我的密钥",
        en: "My keys",
    },
    Entry {
        zones: PROCUREMENT,
        roles: &[Role::Buyer, Role::Agent],
        href: "/buyer",
        zh: "我的项目",
        en: "My tenders",
    },
    Entry {
        zones: PROCUREMENT,
        roles: &[Role::Buyer, Role::Agent],
        href: "/what-if",
        zh: "办法试算",
        en: "Try a method",
    },
    Entry {
        zones: PROCUREMENT,
        roles: &[Role::Bidder],
        href: "/bidder",
        zh: "我的投标",
        en: "My bids",
    },
    Entry {
        zones: PROCUREMENT,
        roles: &[Role::Registrar],
        href: "/registrar",
        zh: "登记处",
        en: "Registrar",
    },
    Entry {
        zones: PROCUREMENT,
        roles: &[Role::Custodian],
        href: "/custodian",
        zh: "保管人",
        en: "Custodian",
    },
    Entry {
        zones: EVERY,
        roles: &[],
        href: "/self-check",
        zh: "电脑自检",
        en: "Self-check",
    },
    Entry {
        zones: EVERY,
        roles: &[],
        href: "/about",
        zh: "关于",
        en: "About",
    },
    Entry {
        zones: EVERY,
        roles: &[],
        href: "/limits",
        zh: "未受保护事项",
        en: "What is not protected",
    },
];

/// The entries for a caller in a zone.
pub fn entries(zone: Zone, caller: Option<&Caller>) -> impl Iterator<Item = &'static Entry> {
    ENTRIES.iter().filter(move |entry| {
        let is_his =
            || caller.is_some_and(|caller| entry.roles.iter().any(|role| caller.roles.contains(role)));
        entry.zones.contains(&zone) && (entry.roles.is_empty() || is_his())
    })
}
