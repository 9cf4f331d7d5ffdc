//! Every template of the room, in both languages, with samples of everything it can show.

use super::edit;
use super::{account::AccountPage, account::passkeys::PasskeyPage, ask::AskPage, sign_in::SignInPage};
use super::{
    claim::{ClaimEmailPage, ClaimPage, ProvePage},
    create::{CreateAppPage, CreatePage},
    home::{FindMinePage, HomePage, StartPage},
    team::{JoinPage, TeamPage},
};
use super::{
    keys::KeysPage,
    oidc::{OidcPage, TiesPage},
    webhooks::WebhooksPage,
};
use crate::{
    accounts::access::DeniedPage,
    manage::{
        bulk::{ConfirmPage, ImportPage, ManyPage, PlacesPage},
        counts::CountsPage,
        kit::{KitPage, LeafletPage, ScriptPage},
        notices::NoticesPage,
    },
    site::{
        Lang,
        tests::{Sampled, all_have_samples, all_keep_the_rules, doms},
    },
};

/// Template -> every sample of its page.
fn every_page(lang: Lang) -> Sampled {
    [
        ("denied.html", doms(&DeniedPage::samples(lang))),
        ("keys.html", doms(&KeysPage::samples(lang))),
        ("webhooks.html", doms(&WebhooksPage::samples(lang))),
        ("oidc.html", doms(&OidcPage::samples(lang))),
        ("oidc-ties.html", doms(&TiesPage::samples(lang))),
        ("ask.html", doms(&AskPage::samples(lang))),
        ("sign-in.html", doms(&SignInPage::samples(lang))),
        ("account.html", doms(&AccountPage::samples(lang))),
        ("passkey.html", doms(&PasskeyPage::samples(lang))),
        ("confirm.html", doms(&ConfirmPage::samples(lang))),
        ("places.html", doms(&PlacesPage::samples(lang))),
        ("import.html", doms(&ImportPage::samples(lang))),
        ("many.html", doms(&ManyPage::samples(lang))),
        ("notices.html", doms(&NoticesPage::samples(lang))),
        ("counts.html", doms(&CountsPage::samples(lang))),
        ("kit.html", doms(&KitPage::samples(lang))),
        ("kit-script.html", doms(&ScriptPage::samples(lang))),
        ("kit-leaflet.html", doms(&LeafletPage::samples(lang))),
        ("edit-start.html", doms(&edit::StartPage::samples(lang))),
        ("edit-step.html", doms(&edit::StepPage::samples(lang))),
        ("edit-check.html", doms(&edit::CheckPage::samples(lang))),
        ("edit-meanwhile.html", doms(&edit::MeanwhilePage::samples(lang))),
        ("edit-waiting.html", doms(&edit::WaitingPage::samples(lang))),
        ("start.html", doms(&StartPage::samples(lang))),
        ("home.html", doms(&HomePage::samples(lang))),
        ("find.html", doms(&FindMinePage::samples(lang))),
        ("claim.html", doms(&ClaimPage::samples(lang))),
        ("claim-prove.html", doms(&ProvePage::samples(lang))),
        ("claim-email.html", doms(&ClaimEmailPage::samples(lang))),
        ("create.html", doms(&CreatePage::samples(lang))),
        ("create-app.html", doms(&CreateAppPage::samples(lang))),
        ("team.html", doms(&TeamPage::samples(lang))),
        ("join.html", doms(&JoinPage::samples(lang))),
    ]
    .into()
}

#[test]
fn every_page_keeps_the_rules_in_both_languages() {
    all_keep_the_rules(every_page);
}

#[test]
fn every_template_has_samples() {
    all_have_samples("templates/manage", &["parts"], every_page);
}
