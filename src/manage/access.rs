//! What the other owners are told when a program is given access to a profile, or has it no more: a notice, and a mail at once.

use super::home::names;
use crate::{
    accounts::Signed,
    app::App,
    claims::mails::{self, Told, owners_but},
    model::notice::{Access, NewNotice, News},
    site::PageError,
};

/// Tells them. What was done is done: that nobody could be told is for the log of the program.
pub(super) async fn tell(app: &App, signed: &Signed, what: Access) {
    if let Err(error) = told(app, signed, what).await {
        tracing::error!(?error, "owners could not be told of a key or a webhook");
    }
}

async fn told(app: &App, signed: &Signed, what: Access) -> Result<(), PageError> {
    let subject = signed.subject()?;
    let owners = owners_but(app, subject, Some(&signed.person.id)).await?;
    let news = News::Access { what, at: app.clock.micros() };
    let notice = |person| NewNotice { person, subject: subject.clone(), news: news.clone() };
    let notices: Vec<NewNotice> = owners.iter().map(|owner| notice(owner.person.clone())).collect();
    app.store.tell_once(&notices).await?;
    let name = names(app, std::slice::from_ref(subject)).await?.remove(subject).unwrap_or_default();
    mails::tell(app, &owners, subject, &name, Told::Access(what)).await?;
    Ok(())
}
