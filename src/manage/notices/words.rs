//! A notice in words, for pages and for mails, and the page where something can be done about it.

use crate::{
    claims::mails::access_words,
    manage::{bulk::field_words, in_step::Trouble},
    model::{
        id::Id,
        notice::{By, News},
        proposal::ProposalState,
    },
    site::Lang,
};

/// Fields that are named in one notice.
const FIELDS: usize = 5;

/// What happened, in a sentence.
pub fn words(lang: Lang, news: &News) -> String {
    match news {
        News::Changed { by, fields, .. } => {
            let mut names: Vec<String> = fields.iter().map(|field| field_words(lang, field)).collect();
            names.dedup();
            let rest = names.len().saturating_sub(FIELDS);
            names.truncate(FIELDS);
            names.extend((rest > 0).then(|| format!("+{rest}")));
            let fields = ("fields", names.join(", ").into());
            match by {
                By::Import { source } => lang.with("notice-by-import", &[fields, ("source", source.as_str().into())]),
                By::Moderator => lang.with("notice-by-moderator", &[fields]),
                By::Team => lang.with("notice-by-team", &[fields]),
                By::Delegate => lang.with("notice-by-delegate", &[fields]),
            }
        }
        News::Report { .. } => lang.t("notice-report"),
        News::Claim { .. } => lang.t("notice-claim"),
        News::Decided { state, .. } => match state {
            ProposalState::Published => lang.t("notice-decided-live"),
            ProposalState::Scheduled => lang.t("notice-decided-scheduled"),
            ProposalState::Asked => lang.t("notice-decided-asked"),
            ProposalState::Rejected => lang.t("notice-decided-rejected"),
            ProposalState::Waiting => lang.t("notice-decided-again"),
            ProposalState::Withdrawn => lang.t("notice-decided-withdrawn"),
        },
        News::DecidedForTeam { state, .. } => match state {
            ProposalState::Published => lang.t("notice-team-live"),
            ProposalState::Scheduled => lang.t("notice-team-scheduled"),
            ProposalState::Asked => lang.t("notice-team-asked"),
            ProposalState::Rejected => lang.t("notice-team-rejected"),
            ProposalState::Waiting => lang.t("notice-team-again"),
            ProposalState::Withdrawn => lang.t("notice-team-withdrawn"),
        },
        News::ClaimDecided { accepted, own, .. } => match (own, accepted) {
            (true, true) => lang.t("notice-claim-accepted"),
            (true, false) => lang.t("notice-claim-refused"),
            (false, true) => lang.t("notice-other-claim-accepted"),
            (false, false) => lang.t("notice-other-claim-refused"),
        },
        News::Stale { .. } => lang.t("notice-stale"),
        News::InStep { error, .. } => {
            let here_words = Trouble::from_word(error).map(|trouble| trouble.in_language(lang)).unwrap_or_default();
            lang.with("notice-in-step", &[("why", here_words.into())])
        }
        News::Access { what, .. } => access_words(lang, *what),
    }
}

/// The page where something can be done about it, without its language.
pub fn page(subject: &Id, news: &News) -> String {
    match news {
        News::Stale { .. } => format!("/manage/{subject}/confirm"),
        News::InStep { .. } => format!("/manage/{subject}/import"),
        News::Decided { .. } | News::DecidedForTeam { .. } => format!("/manage/{subject}/waiting"),
        News::ClaimDecided { n, own: true, .. } => format!("/manage/claims/{n}"),
        News::ClaimDecided { .. } => format!("/manage/{subject}/team"),
        News::Changed { .. } => format!("/o/{subject}"),
        News::Access { what, .. } => format!("/manage/{subject}/{}", what.page()),
        News::Report { .. } | News::Claim { .. } => format!("/manage/{subject}"),
    }
}
