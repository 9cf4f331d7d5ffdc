//! How an organization or app showed that it is itself, in words: the method, the domain and the day, never a bare
//! "verified".

use jiff::tz::TimeZone;

use super::here::Here;
use crate::{
    clock::moment,
    model::{
        claim::{ClaimMethod, PublicProof},
        id::Id,
    },
};

/// The proof in a sentence.
pub fn words(here: &Here, proof: &PublicProof) -> String {
    let day = here.date(moment(proof.at).to_zoned(TimeZone::UTC).date());
    match proof.method {
        ClaimMethod::Dns | ClaimMethod::File => here.t2("claim-public-domain", "domain", &proof.domain, "date", day),
        ClaimMethod::Email => here.t2("claim-public-email", "domain", &proof.domain, "date", day),
        ClaimMethod::Documents | ClaimMethod::Invited => here.t1("claim-public-person", "date", day),
    }
}

/// Where whoever looks after it goes: first they are asked whether they are a patient.
pub fn mine(here: &Here, id: &Id) -> String {
    here.link(&format!("/manage/start/{id}"))
}

#[cfg(test)]
pub fn samples() -> Vec<PublicProof> {
    let at = 1_793_700_000_000_000;
    ClaimMethod::ALL.map(|method| PublicProof { method, domain: "example.org".into(), at }).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Lang, samples::here};

    #[test]
    fn it_is_said_how_and_when_and_never_verified_alone() {
        for lang in Lang::ALL {
            for proof in samples() {
                let words = words(&here(lang, "/"), &proof);
                assert!(words.contains("2026"), "{words}");
                let domain = !matches!(proof.method, ClaimMethod::Documents | ClaimMethod::Invited);
                assert_eq!(words.contains("example.org"), domain, "{words}");
            }
        }
    }
}
