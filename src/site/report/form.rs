//! What was typed into a form: bytes in, a [`Report`] or what must be mended out.
//!
//! What holds: whatever was typed can be shown again as it came; what is kept is cleaned, as long as it may be, and has
//! no social security number, tax number or e-mail address in it but the one to answer at.

use url::form_urlencoded;

use super::personal;
use crate::{
    model::{
        id::Id,
        organization::Organization,
        submission::{Report, ReportedDoor, Wrong, is_email},
        text,
    },
    site::Lang,
    sources::private,
};

/// The longest text, in characters.
pub const LONGEST: usize = 1_000;
/// The longest name, town, address.
pub const LONGEST_LINE: usize = 200;
/// The longest e-mail address (RFC 5321 section 4.5.3.1).
pub const LONGEST_EMAIL: usize = 254;
/// What stands for an organization's own website among its doors.
pub const WEBSITE: &str = "website";

/// A field of the form; its word is the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    What,
    Name,
    Place,
    Website,
    Right,
    How,
    Email,
    Trap,
    /// What the portal's address should be.
    Portal,
    /// What the website's address should be.
    Site,
    /// What the phone should be.
    Phone,
    /// What it should be called.
    Title,
}

impl Field {
    /// The name and id of the field.
    pub fn word(self) -> &'static str {
        match self {
            Self::What => "what",
            Self::Name => "name",
            Self::Place => "place",
            Self::Website => "site",
            Self::Right => "right",
            Self::How => "how",
            Self::Email => "email",
            Self::Trap => "leave",
            Self::Portal => "to-portal",
            Self::Site => "to-site",
            Self::Phone => "to-phone",
            Self::Title => "to-name",
        }
    }

    fn longest(self) -> usize {
        match self {
            Self::Right | Self::How => LONGEST,
            Self::Email => LONGEST_EMAIL,
            _ => LONGEST_LINE,
        }
    }
}

/// What must be mended before a form can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is said to be wrong.
    NothingChosen,
    /// "Something else" without a word.
    NoWords,
    /// A missing place without a name.
    NoName,
    /// No address to answer at.
    NoEmail,
    /// No address of the web that people can be sent to.
    NoAddress(Field),
    /// An address that hides where it leads.
    Shortener(Field),
    /// No phone number.
    NoPhone,
    /// Longer than may be.
    TooLong(Field),
    /// The field for machines is filled.
    Trapped,
    /// The whole form is longer than a form of ours can be.
    TooLarge,
    /// It was sent faster than anybody types.
    TooQuick,
    /// Its stamp is not one of this process.
    Stale,
    /// It comes from a page of another site.
    Foreign,
    /// Too many from one address.
    TooMany,
    /// It could not be kept.
    NotKept,
}

impl Fault {
    /// The field that is to be mended, if it is one.
    pub fn field(self) -> Option<Field> {
        match self {
            Self::NothingChosen => Some(Field::What),
            Self::NoWords => Some(Field::How),
            Self::NoName => Some(Field::Name),
            Self::NoEmail => Some(Field::Email),
            Self::NoPhone => Some(Field::Phone),
            Self::TooLong(field) | Self::NoAddress(field) | Self::Shortener(field) => Some(field),
            Self::Trapped => Some(Field::Trap),
            Self::TooLarge | Self::TooQuick | Self::Stale | Self::Foreign | Self::TooMany | Self::NotKept => None,
        }
    }
}

/// What was typed, as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub what: String,
    pub door: String,
    pub name: String,
    pub place: String,
    pub website: String,
    pub right: String,
    pub how: String,
    pub email: String,
    pub trap: String,
    pub stamp: String,
    /// The number that scripts found for the stamp.
    pub work: String,
    pub to_portal: String,
    pub to_site: String,
    pub to_phone: String,
    pub to_name: String,
    pub to_status: String,
    pub kind: String,
}

impl Typed {
    /// Reads a form; fields that are not ours are left out.
    pub fn read(body: &[u8]) -> Self {
        let mut typed = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let field = match name.as_ref() {
                "what" => &mut typed.what,
                "door" => &mut typed.door,
                "name" => &mut typed.name,
                "place" => &mut typed.place,
                "site" => &mut typed.website,
                "right" => &mut typed.right,
                "how" => &mut typed.how,
                "email" => &mut typed.email,
                "leave" => &mut typed.trap,
                "stamp" => &mut typed.stamp,
                "work" => &mut typed.work,
                "to-portal" => &mut typed.to_portal,
                "to-site" => &mut typed.to_site,
                "to-phone" => &mut typed.to_phone,
                "to-name" => &mut typed.to_name,
                "to-status" => &mut typed.to_status,
                "kind" => &mut typed.kind,
                _ => continue,
            };
            // A control character has no business in a page; line ends stay for whoever reads it over.
            *field = value.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        }
        typed
    }

    /// Which of the choices was made.
    pub fn wrong(&self, choices: &[Wrong]) -> Option<Wrong> {
        choices.iter().copied().find(|wrong| wrong.code() == self.what)
    }

    /// What is kept of it, or everything that must be mended.
    pub fn check(&self, about: Option<&Organization>, lang: Lang) -> Result<Report, Vec<Fault>> {
        let choices: &[Wrong] = if about.is_some() { &Wrong::OF_A_PAGE } else { &Wrong::IN_GENERAL };
        let mut faults = Vec::new();
        let wrong = self.wrong(choices);
        if wrong.is_none() {
            faults.push(Fault::NothingChosen);
        }
        if wrong == Some(Wrong::Missing) && self.name.trim().is_empty() {
            faults.push(Fault::NoName);
        }
        for (field, value) in [
            (Field::Name, &self.name),
            (Field::Place, &self.place),
            (Field::Website, &self.website),
            (Field::Right, &self.right),
            (Field::How, &self.how),
            (Field::Email, &self.email),
            (Field::Portal, &self.to_portal),
            (Field::Site, &self.to_site),
            (Field::Phone, &self.to_phone),
            (Field::Title, &self.to_name),
        ] {
            if value.chars().count() > field.longest() {
                faults.push(Fault::TooLong(field));
            }
        }
        let says_nothing = self.right.trim().is_empty() && self.how.trim().is_empty() && !self.suggests();
        if wrong == Some(Wrong::Other) && says_nothing {
            faults.push(Fault::NoWords);
        }
        let email = self.email.trim();
        if !email.is_empty() && !is_email(email) && !faults.contains(&Fault::TooLong(Field::Email)) {
            faults.push(Fault::NoEmail);
        }
        if !self.trap.trim().is_empty() {
            faults.push(Fault::Trapped);
        }
        match wrong {
            Some(wrong) if faults.is_empty() => Ok(Report {
                wrong,
                door: about.and_then(|about| door(about, &self.door)),
                name: kept(&self.name),
                place: kept(&self.place),
                website: kept(&self.website),
                right: kept(&self.right),
                how: kept(&self.how),
                lang: lang.code().to_owned(),
            }),
            _ => Err(faults),
        }
    }
}

/// A text as it is kept.
pub fn kept(typed: &str) -> String {
    let clean = text::clean(typed, LONGEST);
    personal::without(&private::cut(&clean).map_or(clean, |(without, _)| without))
}

/// The door of an organization that was chosen; one it does not have any more is none.
fn door(about: &Organization, chosen: &str) -> Option<ReportedDoor> {
    if chosen == WEBSITE {
        let site = about.live_website()?;
        return Some(ReportedDoor { id: None, domain: site.domain.clone(), url: site.url.clone() });
    }
    let id = Id::parse(chosen)?;
    let portal = about.portals.iter().find(|portal| portal.id == id)?;
    Some(ReportedDoor { id: Some(id), domain: portal.domain.clone(), url: portal.url.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::samples;

    fn typed(body: &str) -> Typed {
        Typed::read(body.as_bytes())
    }

    fn faults(body: &str, about: Option<&Organization>) -> Vec<Fault> {
        typed(body).check(about, Lang::En).err().unwrap_or_default()
    }

    #[test]
    fn a_whole_report_is_kept_with_its_door() {
        let org = samples::hospital();
        let portal = &org.portals[0];
        let body = format!(
            "what=wrong_place&door={}&right=+https%3A%2F%2Fnew.example.org%2F+&how=I+called%0D%0Athem&email=a%40example.org&x=1",
            portal.id
        );
        let report = typed(&body).check(Some(&org), Lang::Es).unwrap();
        assert_eq!((report.wrong, report.lang.as_str()), (Wrong::WrongPlace, "es"));
        assert_eq!(report.door.unwrap().id, Some(portal.id.clone()));
        assert_eq!((report.right.as_str(), report.how.as_str()), ("https://new.example.org/", "I called them"));
        let report = typed("what=does_not_open&door=website").check(Some(&org), Lang::En).unwrap();
        assert_eq!(report.door.map(|door| (door.id, door.domain)), Some((None, "example.org".into())));
        let gone = samples::id("por-", 99);
        for none in ["", "javascript:alert(1)", gone.as_str()] {
            let report = typed(&format!("what=does_not_open&door={none}")).check(Some(&org), Lang::En).unwrap();
            assert_eq!(report.door, None, "{none}");
        }
    }

    #[test]
    fn numbers_and_addresses_are_cut_out_of_what_is_kept() {
        let body = "what=other&how=my+ssn+is+219-09-9999%2C+write+jane%40example.org&right=tax+12-3456789";
        let report = typed(body).check(Some(&samples::hospital()), Lang::En).unwrap();
        assert_eq!(report.how, "my ssn is [removed], write [removed]");
        assert_eq!(report.right, "tax [removed]");
    }

    #[test]
    fn everything_to_be_mended_is_said_at_once() {
        let org = samples::hospital();
        assert_eq!(faults("", Some(&org)), [Fault::NothingChosen]);
        assert_eq!(faults("what=missing", Some(&org)), [Fault::NothingChosen], "no choice of this form");
        assert_eq!(faults("what=looks_fake", None), [Fault::NothingChosen]);
        assert_eq!(faults("what=other&email=jane", Some(&org)), [Fault::NoWords, Fault::NoEmail]);
        assert_eq!(faults("what=missing&name=+", None), [Fault::NoName]);
        assert_eq!(faults("what=gone&leave=x", Some(&org)), [Fault::Trapped]);
        let long = "ñ".repeat(LONGEST + 1);
        let long = form_urlencoded::byte_serialize(long.as_bytes()).collect::<String>();
        assert_eq!(faults(&format!("what=gone&how={long}"), Some(&org)), [Fault::TooLong(Field::How)]);
        assert_eq!(faults("what=gone", Some(&org)), []);
    }

    #[test]
    fn what_is_shown_again_is_what_was_typed() {
        let typed = typed("how=a%26b%00%1b%5B31m+%3Cscript%3E%0Ac&what=nonsense");
        assert_eq!((typed.how.as_str(), typed.what.as_str()), ("a&b[31m <script>\nc", "nonsense"));
    }
}
