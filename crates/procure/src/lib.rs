//! The tender: notice, clarification, bids, opening, award; its law and its desks.
