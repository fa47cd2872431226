//! Oversight: docket, orders, audit of the chain; reads the log, writes only its own facts.
