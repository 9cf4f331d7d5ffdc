//! Things of the queue in words.

use jiff::tz::TimeZone;

use crate::{
    clock::moment,
    model::{
        change::Risk,
        guard,
        merge::Role,
        proposal::{ProposalKind, ProposalState},
        revision::Event,
    },
    moderation::{binding::Stale, rules::NotNeutral},
    site::Here,
    store::{Motion, MotionKind, QueueKind},
};

/// The page of a thing, without a language.
pub fn path(kind: QueueKind, key: &str) -> String {
    let escaped = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    match kind {
        QueueKind::Proposal => format!("/review/proposals/{key}"),
        QueueKind::Claim => format!("/review/claims/{key}"),
        QueueKind::Load => format!("/review/loads/{key}"),
        QueueKind::Report => format!("/review/reports/{key}"),
        QueueKind::Frozen => format!("/review/frozen/{key}"),
        QueueKind::Motion => format!("/review/bulk/{key}"),
        QueueKind::Door => {
            let mut parts = key.splitn(3, '/');
            let mut next = || parts.next().unwrap_or_default();
            format!("/review/doors/{}?role={}&to={}", next(), escaped(next()), escaped(next()))
        }
        QueueKind::Pair => {
            let (a, b) = key.split_once('/').unwrap_or((key, ""));
            format!("/review/join?a={a}&b={b}")
        }
    }
}

/// One thing of a kind.
pub fn kind(here: &Here, kind: QueueKind) -> String {
    match kind {
        QueueKind::Proposal => here.t("review-kind-proposal"),
        QueueKind::Claim => here.t("review-kind-claim"),
        QueueKind::Door => here.t("review-kind-door"),
        QueueKind::Load => here.t("review-kind-load"),
        QueueKind::Pair => here.t("review-kind-pair"),
        QueueKind::Report => here.t("review-kind-report"),
        QueueKind::Frozen => here.t("review-kind-frozen"),
        QueueKind::Motion => here.t("review-kind-motion"),
    }
}

/// Things of a kind.
pub fn kinds(here: &Here, kind: QueueKind) -> String {
    match kind {
        QueueKind::Proposal => here.t("review-kinds-proposal"),
        QueueKind::Claim => here.t("review-kinds-claim"),
        QueueKind::Door => here.t("review-kinds-door"),
        QueueKind::Load => here.t("review-kinds-load"),
        QueueKind::Pair => here.t("review-kinds-pair"),
        QueueKind::Report => here.t("review-kinds-report"),
        QueueKind::Frozen => here.t("review-kinds-frozen"),
        QueueKind::Motion => here.t("review-kinds-motion"),
    }
}

/// How a proposal came.
pub fn came(here: &Here, kind: ProposalKind) -> String {
    match kind {
        ProposalKind::Form => here.t("review-came-form"),
        ProposalKind::File => here.t("review-came-file"),
        ProposalKind::InStep => here.t("review-came-in-step"),
        ProposalKind::Delegate => here.t("review-came-delegate"),
        ProposalKind::Suggestion => here.t("review-came-suggestion"),
        ProposalKind::Moderator => here.t("review-came-moderator"),
        ProposalKind::Revert => here.t("review-came-revert"),
        ProposalKind::Attest => here.t("review-came-attest"),
    }
}

/// What a door is for.
pub fn role(here: &Here, role: Role) -> String {
    match role {
        Role::Portal => here.t("review-role-portal"),
        Role::Website => here.t("review-role-website"),
        Role::Endpoint => here.t("review-role-endpoint"),
        Role::PrivacyPolicy => here.t("review-role-privacy-policy"),
        Role::Store => here.t("review-role-store"),
    }
}

/// Why something waits.
pub fn risks(here: &Here, risks: &[Risk]) -> Vec<String> {
    risks.iter().map(|risk| one_risk(here, risk)).collect()
}

fn one_risk(here: &Here, risk: &Risk) -> String {
    match risk {
        Risk::Door { domain, .. } => here.t1("review-risk-door", "domain", domain),
        Risk::DoorGone { url, .. } => here.t1("review-risk-door-gone", "address", url),
        Risk::Name => here.t("review-risk-name"),
        Risk::Phone => here.t("review-risk-phone"),
        Risk::Address => here.t("review-risk-address"),
        Risk::Identifier => here.t("review-risk-identifier"),
        Risk::Status => here.t("review-risk-status"),
        Risk::PartOf => here.t("review-risk-part-of"),
        Risk::Words { field } => here.t1("review-risk-words", "field", self::field(here, field)),
    }
}

/// A field of a listing; one that is not known yet by its own name too.
pub fn field(here: &Here, name: &str) -> String {
    match name {
        "name" => here.t("review-field-name"),
        "aliases" => here.t("review-field-aliases"),
        "kinds" => here.t("review-field-kinds"),
        "status" => here.t("review-field-status"),
        "description" => here.t("review-field-description"),
        "description_es" => here.t("review-field-description-es"),
        "website" => here.t("review-field-website"),
        "phone" => here.t("review-field-phone"),
        "identifiers" => here.t("review-field-identifiers"),
        "places" => here.t("review-field-places"),
        "areas" => here.t("review-field-areas"),
        "portals" => here.t("review-field-portals"),
        "endpoints" => here.t("review-field-endpoints"),
        "part_of" | "part_of_name" => here.t("review-field-part-of"),
        "features" => here.t("review-field-features"),
        "how_to_ask" => here.t("review-field-how-to-ask"),
        "logos" => here.t("review-field-logos"),
        "publisher" => here.t("review-field-publisher"),
        "ingests" => here.t("review-field-ingests"),
        "platforms" => here.t("review-field-platforms"),
        "privacy_policy" => here.t("review-role-privacy-policy"),
        "app_store" | "google_play" => here.t("review-role-store"),
        "old_slugs" => here.t("review-field-old-slugs"),
        "shared_portal" => here.t("review-field-shared-portal"),
        other => here.t1("review-field-other", "field", other),
    }
}

/// One entry of a list in a field, by the name under which the merge knows it.
pub fn item(here: &Here, item: &str) -> String {
    match item.split_once('/') {
        Some((list, entry)) => here.t2("value-part", "name", field(here, list), "value", entry),
        None => field(here, item),
    }
}

/// The day of a moment.
pub fn day(here: &Here, micros: i64) -> String {
    here.date(moment(micros).to_zoned(TimeZone::UTC).date())
}

/// Who did something, never by name.
pub fn who(here: &Here, actor: &str) -> String {
    match actor.split(':').next().unwrap_or_default() {
        "moderator" => here.t("log-by-moderator"),
        "owner" => here.t("log-by-owner"),
        "system" => here.t("log-by-program"),
        "public" => here.t("log-by-public"),
        _ => here.t("log-by-operator"),
    }
}

/// What happened to something that people see.
pub fn event(here: &Here, event: Event) -> String {
    match event {
        Event::Created => here.t("revert-event-created"),
        Event::Updated => here.t("revert-event-updated"),
        Event::Moved => here.t("revert-event-moved"),
        Event::Merged => here.t("revert-event-merged"),
        Event::Split => here.t("revert-event-split"),
        Event::Closed => here.t("revert-event-closed"),
        Event::Withdrawn => here.t("revert-event-withdrawn"),
        Event::Restored => here.t("revert-event-restored"),
        Event::Held => here.t("revert-event-held"),
        Event::Confirmed => here.t("revert-event-confirmed"),
        Event::Recalled => here.t("revert-event-recalled"),
        Event::Redacted => here.t("revert-event-redacted"),
        Event::Attested => here.t("revert-event-attested"),
    }
}

/// Why a list waits.
pub fn held(here: &Here, why: &guard::Reason) -> String {
    let counts = |some: u64, of: u64| [("some", some.into()), ("of", of.into())];
    match why {
        guard::Reason::Rows { moved, of } => here.lang.with("review-held-rows", &counts(*moved, *of)),
        guard::Reason::Added { new, of } => here.lang.with("review-held-added", &counts(*new, *of)),
        guard::Reason::Field { field, used, of } => {
            let [some, of] = counts(*used, *of);
            here.lang.with("review-held-field", &[("field", self::field(here, field).into()), some, of])
        }
        guard::Reason::Doors { moved, of } => here.lang.with("review-held-doors", &counts(*moved, *of)),
        guard::Reason::Undone { load } => here.t1("review-held-undone", "number", load.to_string()),
    }
}

/// What one moderator would do across many, in a sentence.
pub fn motion(here: &Here, motion: &Motion) -> String {
    let subject = motion.subject.as_str();
    match motion.kind {
        MotionKind::LetOff => here.t1("bulk-let-off", "host", subject),
        MotionKind::Move => {
            let (from, to) = subject.split_once(' ').unwrap_or((subject, ""));
            here.t2("bulk-move", "from", from, "to", to)
        }
        MotionKind::Close => here.t1("bulk-close", "domain", subject),
        MotionKind::Undo => here.t1("bulk-undo", "number", subject),
    }
}

/// Why somebody may not decide.
pub fn not_neutral(here: &Here, why: NotNeutral) -> String {
    match why {
        NotNeutral::Author => here.t("review-not-neutral-author"),
        NotNeutral::Member => here.t("review-not-neutral-member"),
    }
}

/// Why an approval was not taken.
pub fn stale(here: &Here, why: &Stale) -> String {
    let shown = |domain: &str| if domain.is_empty() { here.t("review-led-nowhere") } else { domain.to_owned() };
    match why {
        Stale::Proposal => here.t("review-stale-proposal"),
        Stale::Seen => here.t("review-stale-seen"),
        Stale::Moved { url, before, now } => here.lang.with(
            "review-stale-moved",
            &[("address", url.into()), ("before", shown(before).into()), ("now", shown(now).into())],
        ),
        Stale::NotOpened(domain) => here.t1("review-stale-not-opened", "domain", domain),
        Stale::Hidden(url) => here.t1("review-stale-hidden", "address", url),
    }
}

/// Where a proposal stands.
pub fn state(here: &Here, state: ProposalState) -> String {
    match state {
        ProposalState::Waiting => here.t("review-is-waiting"),
        ProposalState::Asked => here.t("review-is-asked"),
        ProposalState::Scheduled => here.t("review-is-scheduled"),
        ProposalState::Published => here.t("review-is-published"),
        ProposalState::Rejected => here.t("review-is-rejected"),
        ProposalState::Withdrawn => here.t("review-is-withdrawn"),
    }
}
