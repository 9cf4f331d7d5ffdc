//! What lies before somebody who edits: the listing, and their draft on top of what others said since.

use serde::{Deserialize, Serialize};

use crate::{
    accounts::Signed,
    app::App,
    model::{
        account::Role,
        change::{FieldChange, changes, rebase},
        id::{Id, ThingKind},
        listing::Body,
    },
    profile::{
        Standing,
        form::{Form, schema::Step},
        standing,
    },
    site::PageError,
};

/// A draft as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    form: Form,
    /// The listing it began from.
    began: Body,
}

/// A form on the desk.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub subject: Id,
    pub standing: Standing,
    pub form: Form,
    /// The listing that the form stands on.
    pub began: Body,
    /// Is there a draft?
    pub saved: bool,
    /// Fields that somebody else changed since it was saved; they are in the form.
    pub meanwhile: Vec<String>,
    /// Does a vendor or agency edit?
    pub delegate: bool,
}

/// A draft that does not fit on what was said since.
#[derive(Debug, Clone)]
pub(super) struct Clash {
    pub subject: Id,
    pub standing: Standing,
    /// What the draft would change of the listing it began from.
    pub mine: Vec<FieldChange>,
    /// Fields that both changed, with what stands now as `before` and the draft's value as `after`.
    pub both: Vec<FieldChange>,
}

/// What somebody finds when they come back.
pub(super) enum Opened {
    Ready(Box<Desk>),
    Clash(Box<Clash>),
}

impl Desk {
    /// The steps of this form.
    pub fn steps(&self) -> &'static [Step] {
        steps(&self.subject)
    }

    /// The name that people see.
    pub fn name(&self) -> &str {
        self.standing.seen.name()
    }
}

/// The steps of the form about a thing.
pub(super) fn steps(subject: &Id) -> &'static [Step] {
    if subject.kind() == ThingKind::App { &Step::OF_APP } else { &Step::OF_ORGANIZATION }
}

/// Opens the form of somebody about the organization or app of the path.
pub(super) async fn open(app: &App, signed: &Signed) -> Result<Opened, PageError> {
    let subject = signed.subject()?.clone();
    let delegate = signed.member.as_ref().is_some_and(|member| member.role == Role::Delegate);
    let standing = standing(app, &subject).await?.ok_or(PageError::NotFound)?;
    let listing = standing.listing.clone();
    let fresh = |standing: Standing| Desk {
        form: Form::of(&listing),
        began: listing.clone(),
        saved: false,
        meanwhile: Vec::new(),
        delegate,
        subject: subject.clone(),
        standing,
    };
    let Some(draft) = app.store.draft(&signed.person.id, &subject).await? else {
        return Ok(Opened::Ready(Box::new(fresh(standing))));
    };
    let Ok(kept) = serde_json::from_str::<Kept>(&draft.body) else {
        return Err(PageError::broken("a draft", &"it cannot be read"));
    };
    if draft.base == listing.hash() {
        return Ok(Opened::Ready(Box::new(Desk { form: kept.form, saved: true, ..fresh(standing) })));
    }
    // Somebody else was faster. What is kept was whole when it was saved, so it says a listing.
    let Ok(wanted) = kept.form.body(&kept.began) else {
        return Ok(Opened::Ready(Box::new(Desk { form: kept.form, saved: true, ..fresh(standing) })));
    };
    match rebase(Some(&listing), Some(&kept.began), &wanted) {
        Ok(body) => {
            let theirs = changes(Some(&kept.began), Some(&listing));
            let meanwhile = theirs.into_iter().map(|change| change.field).collect();
            Ok(Opened::Ready(Box::new(Desk { form: Form::of(&body), saved: true, meanwhile, ..fresh(standing) })))
        }
        Err(conflict) => {
            let mine = changes(Some(&kept.began), Some(&wanted));
            let both = changes(Some(&listing), Some(&wanted));
            let both = both.into_iter().filter(|change| conflict.fields.contains(&change.field)).collect();
            Ok(Opened::Clash(Box::new(Clash { subject, standing, mine, both })))
        }
    }
}

/// Keeps a form as somebody's draft.
pub(super) async fn keep(app: &App, signed: &Signed, form: &Form, began: &Body) -> Result<(), PageError> {
    let kept = Kept { form: form.clone(), began: began.clone() };
    let body = serde_json::to_string(&kept).map_err(|error| PageError::broken("a draft", &error))?;
    Ok(app.store.keep_draft(&signed.person.id, signed.subject()?, &body, &began.hash()).await?)
}
