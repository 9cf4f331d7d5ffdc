//! Folding a name: plain words, the same again when they are folded again, whatever the case.
#![no_main]

use connector::search::words;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let tokens = words::fold(text);
    for token in &tokens {
        for word in [&token.surface, &token.form] {
            assert!(!word.is_empty());
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
        }
    }
    let whole = words::whole(&tokens);
    assert_eq!(words::whole(&words::fold(&whole)), whole);
    if text.is_ascii() {
        assert_eq!(words::fold(&text.to_ascii_uppercase()), tokens);
        assert_eq!(words::fold(&text.to_ascii_lowercase()), tokens);
    }
});
