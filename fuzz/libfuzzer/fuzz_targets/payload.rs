#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some(target) = kaibiao_fuzz::target("payload") {
        target(bytes);
    }
});
