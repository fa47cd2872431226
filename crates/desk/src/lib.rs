//! The workbench: ports, the scribe, the pen, sessions, problems.
