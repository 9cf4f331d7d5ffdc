//! `/manage/claims/{n}`: one claim: what is to be published, whether it is there, and what became of it.

use askama::Template;
use axum::{body::Bytes, extract::State, response::Response};
use url::form_urlencoded;

use super::{go, role_of, state_words};
use crate::{
    accounts::{Me, Signed},
    app::App,
    claims::{
        Sight, Subject,
        look::{dns_name, file_address, look},
        mails::{Owners, Told},
    },
    model::{
        account::{Member, Role},
        claim::{Claim, ClaimMethod, ClaimState, DNS_LABEL},
    },
    site::{CachePolicy, Here, PageError, Part, renew_pages, respond},
    store::{Proved, StoreError},
};

/// Looks that one person may ask for in an hour, and looks at one domain, whoever asks.
const LOOKS: (u64, u64) = (30, 60);
const HOUR: i64 = 3_600 * 1_000_000;
/// What looks are counted by.
const LOOK: &str = "claim_look";

#[derive(Template)]
#[template(path = "manage/claim-prove.html")]
pub struct ProvePage {
    here: Here,
    me: Me,
    name: String,
    claim: Claim,
    state: String,
    /// What the last look saw, in words.
    saw: Option<String>,
    dns_name: String,
    file: String,
}

impl ProvePage {
    fn new(here: Here, me: Me, name: String, claim: Claim, saw: Option<&str>) -> Self {
        Self {
            saw: saw.and_then(|word| saw_words(&here, word)),
            state: state_words(&here, claim.state),
            dns_name: dns_name(&claim.domain),
            file: file_address(&claim.domain),
            name,
            claim,
            me,
            here,
        }
    }

    fn is_open(&self) -> bool {
        self.claim.state == ClaimState::Open
    }

    fn may_withdraw(&self) -> bool {
        matches!(self.claim.state, ClaimState::Open | ClaimState::Waiting)
    }

    /// What the state means for the claimant.
    fn meaning(&self) -> Option<String> {
        let here = &self.here;
        Some(match (self.claim.state, self.claim.method, self.claim.role) {
            (ClaimState::Open, _, Role::Delegate) => here.t1("claim-open-vendor", "domain", &self.claim.domain),
            (ClaimState::Open, ..) => return None,
            (ClaimState::Waiting, ClaimMethod::Documents, _) => {
                here.t1("claim-waiting-documents", "contact", &here.config().contact)
            }
            (ClaimState::Waiting, ClaimMethod::Email, _) => {
                here.t1("claim-waiting-email", "domain", &self.claim.domain)
            }
            (ClaimState::Waiting, ClaimMethod::Invited, _) => here.t("claim-waiting-invited"),
            (ClaimState::Waiting, _, Role::Delegate) => here.t("claim-waiting-vendor"),
            (ClaimState::Waiting, ..) => here.t1("claim-waiting-shown", "domain", &self.claim.domain),
            (ClaimState::Proved, ..) => here.t("claim-proved-help"),
            (ClaimState::Lost, ..) => here.t1("claim-lost-help", "domain", &self.claim.domain),
            (ClaimState::Refused, ..) => here.t("claim-refused-help"),
            (ClaimState::Withdrawn, ..) => here.t("claim-withdrawn-help"),
        })
    }

    /// Does the text still have to be published?
    fn shows_text(&self) -> bool {
        self.claim.method.is_seen() && matches!(self.claim.state, ClaimState::Open | ClaimState::Lost)
    }

    #[expect(clippy::unused_self, reason = "templates ask the page alone")]
    fn label(&self) -> &'static str {
        DNS_LABEL
    }

    fn address(&self, more: &str) -> String {
        self.here.link(&format!("/manage/claims/{}{more}", self.claim.n))
    }
}

/// The word of a look in the address of the page after it.
fn word(sight: Sight) -> &'static str {
    match sight {
        Sight::Found => "found",
        Sight::Nothing => "nothing",
        Sight::Other => "other",
        Sight::Unsteady => "unsteady",
        Sight::Redirect => "redirect",
        Sight::Unreachable => "unreachable",
    }
}

fn saw_words(here: &Here, word: &str) -> Option<String> {
    Some(match word {
        "nothing" => here.t("claim-saw-nothing"),
        "other" => here.t("claim-saw-other"),
        "unsteady" => here.t("claim-saw-unsteady"),
        "redirect" => here.t("claim-saw-redirect"),
        "unreachable" => here.t("claim-saw-unreachable"),
        "many" => here.t("claim-saw-many"),
        "unlisted" => here.t("claim-saw-unlisted"),
        "old" => here.t("claim-saw-old"),
        _ => return None,
    })
}

/// A claim of whoever asks; nobody sees another's.
async fn own(app: &App, signed: &Signed, n: &str) -> Result<Claim, PageError> {
    let n: i64 = n.parse().map_err(|_| PageError::NotFound)?;
    let claim = app.store.claim(n).await?.filter(|claim| claim.person == signed.person.id);
    claim.ok_or(PageError::NotFound)
}

/// `GET /manage/claims/{n}`
pub async fn get(here: Here, State(app): State<App>, signed: Signed, Part(n): Part) -> Result<Response, PageError> {
    let claim = own(&app, &signed, &n).await?;
    let subject = Subject::find(&app, &claim.subject).await?;
    let name = subject.map_or_else(|| here.t("manage-not-listed"), |subject| subject.name);
    let saw = here.asked("saw");
    respond(&ProvePage::new(here, signed.me(), name, claim, saw.as_deref()), CachePolicy::Never)
}

/// `POST /manage/claims/{n}/check`: one look, and what it means.
pub async fn check(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    Part(n): Part,
    body: Bytes,
) -> Result<Response, PageError> {
    let claim = own(&app, &signed, &n).await?;
    let file = form_urlencoded::parse(&body).any(|(name, value)| name == "method" && value == "file");
    let method = if file { ClaimMethod::File } else { ClaimMethod::Dns };
    let saw = checked(&app, &claim, method).await?;
    let query = if saw.is_empty() || saw == "found" { String::new() } else { format!("?saw={saw}") };
    Ok(go(&here, &format!("/manage/claims/{}{query}", claim.n)))
}

async fn checked(app: &App, claim: &Claim, method: ClaimMethod) -> Result<&'static str, PageError> {
    if claim.state != ClaimState::Open {
        return Ok("");
    }
    // What the lists say may have changed since the claim was begun.
    let subject = Subject::find(app, &claim.subject).await?;
    let Some(subject) = subject else { return Ok("unlisted") };
    if role_of(&subject.domains(app).await?, &claim.domain) != Some(claim.role) {
        return Ok("unlisted");
    }
    if !may_look(app, claim).await? {
        return Ok("many");
    }
    let client = app.client().map_err(|error| PageError::broken("the client", &error))?;
    let sight = look(client, claim, method).await;
    if sight != Sight::Found {
        app.store.claim_not_seen(claim).await?;
        return Ok(word(sight));
    }
    let owners = Owners::of(app, &subject.id).await?;
    let letters = |proved: &Proved| {
        let what = if proved.frozen { Told::TwoClaims } else { Told::AnotherClaim };
        let mut all = owners.letters(app, &subject.name, what, |member| proved.others.contains(member));
        if proved.claim.state == ClaimState::Proved {
            let joined = |member: &Member| member.person != proved.claim.person;
            all.extend(owners.letters(app, &subject.name, Told::Joined, joined));
        }
        all
    };
    match app.store.prove_claim_and_tell(claim.n, method, &letters).await {
        Ok(_) => {
            renew_pages(app, &subject.id).await;
            Ok(word(sight))
        }
        Err(StoreError::Conflict(_)) => Ok("old"),
        Err(error) => Err(error.into()),
    }
}

/// Is there a look left in this hour, for this person and at this domain?
async fn may_look(app: &App, claim: &Claim) -> Result<bool, PageError> {
    let since = app.clock.micros() - HOUR;
    for (holder, most) in [(claim.person.as_str(), LOOKS.0), (claim.domain.as_str(), LOOKS.1)] {
        if app.store.tickets_since(LOOK, holder, since).await? >= most {
            return Ok(false);
        }
    }
    for holder in [claim.person.as_str(), claim.domain.as_str()] {
        app.store.issue_ticket(LOOK, holder, "", HOUR).await?;
    }
    Ok(true)
}

/// `POST /manage/claims/{n}/withdraw`
pub async fn withdraw(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    Part(n): Part,
) -> Result<Response, PageError> {
    let claim = own(&app, &signed, &n).await?;
    match app.store.withdraw_claim(claim.n, &signed.person.id).await {
        Ok(()) | Err(StoreError::Conflict(_)) => Ok(go(&here, "/manage")),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
impl ProvePage {
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        use crate::{
            model::account::PersonId,
            site::samples::{here, id},
        };
        let claim = |state, method, role| Claim {
            n: 1,
            subject: id("org-", 1),
            person: PersonId::new(uuid::Uuid::from_u128(1)),
            role,
            method,
            domain: "mercy.org".into(),
            value: "connector-verification=0123".into(),
            note: String::new(),
            state,
            created_at: 1,
            proved_at: 0,
            checked_at: 0,
            failing_since: 0,
            decided_by: String::new(),
            answer: "<b>Please</b> call us.".into(),
            invited_by: None,
        };
        let page = |claim: Claim, saw: Option<&str>| {
            Self::new(here(lang, "/manage/claims/1"), crate::accounts::Me::sample(), "Mercy <b>".into(), claim, saw)
        };
        let mut pages = Vec::new();
        for state in ClaimState::ALL {
            for method in ClaimMethod::ALL {
                for role in [Role::Owner, Role::Delegate] {
                    pages.push(page(claim(state, method, role), None));
                }
            }
        }
        for saw in ["nothing", "other", "unsteady", "redirect", "unreachable", "many", "unlisted", "old", "<script>"] {
            pages.push(page(claim(ClaimState::Open, ClaimMethod::Dns, Role::Owner), Some(saw)));
        }
        pages
    }
}
