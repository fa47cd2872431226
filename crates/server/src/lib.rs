//! Composition: configuration, wiring, couriers, telemetry; binary kaibiaod.
