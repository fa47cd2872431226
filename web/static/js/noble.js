// The one place that names the vendored bundle of @noble/curves, so that its version stands in one line.
// Invariant: nothing else of the browser library imports from vendor/noble.

export * from '../vendor/noble-2.4.0.js';
