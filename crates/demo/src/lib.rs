//! One whole tender, or fifty real auctions, through the real HTTP API.
