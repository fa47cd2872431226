//! Isolated evaluation: panel, sealed scoring, methods, ranking.
