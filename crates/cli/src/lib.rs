//! What runs at the bidder's, custodian's, expert's, operator's machine; binary kaibiao.
