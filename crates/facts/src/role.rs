//! The roles an account may hold.

use serde::{Deserialize, Serialize};

/// What an account may do (角色). One account may hold several, but never two that conflict
/// in one procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 招标人: owns the tender.
    Buyer,
    /// 招标代理: acts for the buyer.
    Agent,
    /// 投标人.
    Bidder,
    /// 密钥保管人: holds one share of the opening keys.
    Custodian,
    /// 评标专家.
    Expert,
    /// 行政监督人员.
    Supervisor,
    /// 注册管理员: enrols accounts.
    Registrar,
    /// 平台运行人员: sees the state of the machine, nothing of the tenders.
    Operator,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 8] = [
        Self::Buyer,
        Self::Agent,
        Self::Bidder,
        Self::Custodian,
        Self::Expert,
        Self::Supervisor,
        Self::Registrar,
        Self::Operator,
    ];

    /// The word used in records, on the command line and in the API.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Agent => "agent",
            Self::Bidder => "bidder",
            Self::Custodian => "custodian",
            Self::Expert => "expert",
            Self::Supervisor => "supervisor",
            Self::Registrar => "registrar",
            Self::Operator => "operator",
        }
    }

    /// Reads the word of a role.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}
