//! What people can do at an organization: the whole menu, and how far it has come on the way from paper to records that
//! arrive by themselves.

use crate::{
    model::{
        features::{Answer, Feature},
        organization::{DoorState, Organization},
    },
    site::{
        here::Here,
        icons,
        said::{self, Words},
    },
};

/// Features of one group.
pub struct Group {
    pub title: String,
    pub lines: Vec<Line>,
    /// Features of the group nobody has said anything about.
    pub not_known: Vec<String>,
}

/// One feature with its answer.
pub struct Line {
    pub icon: &'static str,
    /// For the style: `yes`, `no`, `planned`.
    pub class: &'static str,
    pub feature: String,
    pub answer: String,
    /// The day of the list that says so.
    pub date: Option<String>,
}

/// The menu, group by group, and what is not known in words for one sentence.
pub struct Menu {
    pub groups: Vec<Group>,
    /// "See your records online", … for the groups nothing is known of.
    pub silent: Vec<String>,
    /// How many features nobody has said anything about.
    pub not_known: usize,
}

impl Menu {
    /// Is nothing at all known of what one can see, save or send?
    pub fn nothing_known(&self) -> bool {
        self.silent.len() == 3
    }
}

/// Icon, style and words of an answer.
pub fn answer(here: &Here, answer: Answer) -> (&'static str, &'static str, String) {
    match answer {
        Answer::Yes => (icons::YES, "yes", here.t("answer-yes")),
        Answer::No => (icons::NO, "no", here.t("answer-no")),
        Answer::Planned(None) => (icons::PLANNED, "planned", here.t("answer-planned")),
        Answer::Planned(Some(day)) => {
            (icons::PLANNED, "planned", here.t1("answer-planned-from", "date", here.date(day)))
        }
    }
}

/// The whole menu of an organization.
pub fn menu(here: &Here, org: &Organization) -> Menu {
    let groups = [
        ("view", here.t("group-view"), Some(here.t("not-known-view"))),
        ("download", here.t("group-download"), Some(here.t("not-known-download"))),
        ("send", here.t("group-send"), Some(here.t("not-known-send"))),
        ("service", here.t("group-service"), None),
        ("shows_blue_button", here.t("group-sign"), None),
    ];
    let mut menu = Menu { groups: Vec::new(), silent: Vec::new(), not_known: 0 };
    // In the order of the menu, not of the alphabet.
    let mut by_group: [Vec<Feature>; 5] = Default::default();
    for feature in Feature::all() {
        if let Some(at) = groups.iter().position(|(code, ..)| *code == feature.group()) {
            by_group[at].push(feature);
        }
    }
    for ((_, title, silent), features) in groups.into_iter().zip(by_group) {
        let group = group(here, org, &features, title);
        menu.not_known += group.not_known.len();
        if group.lines.is_empty() {
            menu.silent.extend(silent);
        }
        menu.groups.push(group);
    }
    menu
}

fn group(here: &Here, org: &Organization, features: &[Feature], title: String) -> Group {
    let mut group = Group { title, lines: Vec::new(), not_known: Vec::new() };
    for feature in features {
        match org.features.get(feature) {
            Some(said) => {
                let (icon, class, answer) = answer(here, *said);
                let date = org.said(&format!("features/{feature}")).map(|said| here.date(said.load_date));
                group.lines.push(Line { icon, class, feature: here.feature(*feature), answer, date });
            }
            // "Online access: not known" says nothing beside the kinds of records below it.
            None if matches!(feature.code(), "view" | "download" | "send") => {}
            None => group.not_known.push(here.feature(*feature)),
        }
    }
    group
}

/// Who says what is known of the features, each source once.
pub fn features_said(here: &Here, org: &Organization) -> Vec<Words> {
    let mut out: Vec<Words> = Vec::new();
    for (key, by) in org.provenance.iter() {
        if key.starts_with("features/") {
            let said = said::words(here, by);
            if !out.contains(&said) {
                out.push(said);
            }
        }
    }
    out
}

/// Can an app connect?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AppAccess {
    Yes,
    No,
    Unknown,
}

/// Can an app connect, by what is listed: an endpoint that is live, or the organization's own word.
pub fn app_access(org: &Organization) -> AppAccess {
    let says = Feature::parse("send.app_access").and_then(|feature| org.features.get(&feature));
    if org.endpoints.iter().any(|endpoint| endpoint.state == DoorState::Live) || says == Some(&Answer::Yes) {
        AppAccess::Yes
    } else if says == Some(&Answer::No) {
        AppAccess::No
    } else {
        AppAccess::Unknown
    }
}

/// One step of the way from paper to records that arrive by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// For the style and the icon.
    pub reached: bool,
    pub icon: &'static str,
    pub words: String,
    /// Listed, planned, not offered, not known.
    pub state: String,
}

/// How far a step has come, by what is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    Listed,
    Planned,
    No,
    NotKnown,
}

/// The steps of the way, from paper on. What is listed decides, not what others have reached.
pub fn way(here: &Here, org: &Organization) -> Vec<Step> {
    let online = if org.live_portals().next().is_some() { Reached::Listed } else { of_group(org, "view") };
    let apps = app_access(org) == AppAccess::Yes;
    let send = if apps { Reached::Listed } else { of_group(org, "send") };
    let steps = [
        ("way-online", online),
        ("way-save", of_group(org, "download")),
        ("way-send", send),
        ("way-automatic", of_feature(org, "send.automatic_updates")),
    ];
    let paper = Step { reached: true, icon: icons::YES, words: here.t("way-paper"), state: here.t("way-paper-state") };
    let step = |(key, reached): (&str, Reached)| Step {
        reached: reached == Reached::Listed,
        icon: match reached {
            Reached::Listed => icons::YES,
            Reached::Planned => icons::PLANNED,
            Reached::No => icons::NO,
            Reached::NotKnown => icons::NOT_KNOWN,
        },
        words: match key {
            "way-online" => here.t("way-online"),
            "way-save" => here.t("way-save"),
            "way-send" => here.t("way-send"),
            _ => here.t("way-automatic"),
        },
        state: match reached {
            Reached::Listed => here.t("way-listed"),
            Reached::Planned => here.t("answer-planned"),
            Reached::No => here.t("answer-no"),
            Reached::NotKnown => here.t("answer-not-known"),
        },
    };
    std::iter::once(paper).chain(steps.into_iter().map(step)).collect()
}

/// The best answer of a group's features; automatic updates are a step of their own.
fn of_group(org: &Organization, group: &str) -> Reached {
    let answers = org
        .features
        .iter()
        .filter(|(feature, _)| feature.group() == group && feature.code() != "send.automatic_updates")
        .map(|(_, answer)| reached(*answer));
    let mut best = Reached::NotKnown;
    for answer in answers {
        best = match (best, answer) {
            (Reached::Listed, _) | (_, Reached::Listed) => Reached::Listed,
            (Reached::Planned, _) | (_, Reached::Planned) => Reached::Planned,
            // One "no" of many says nothing of the group; only the plain answer does.
            _ => best,
        };
    }
    match (best, of_feature(org, group)) {
        (Reached::NotKnown, Reached::No) => Reached::No,
        (found, _) => found,
    }
}

fn of_feature(org: &Organization, code: &str) -> Reached {
    let said = Feature::parse(code).and_then(|feature| org.features.get(&feature));
    said.map_or(Reached::NotKnown, |answer| reached(*answer))
}

fn reached(answer: Answer) -> Reached {
    match answer {
        Answer::Yes => Reached::Listed,
        Answer::No => Reached::No,
        Answer::Planned(_) => Reached::Planned,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Lang, samples};

    fn states(org: &Organization) -> Vec<bool> {
        way(&samples::here(Lang::En, "/"), org).iter().map(|step| step.reached).collect()
    }

    #[test]
    fn the_way_says_what_is_listed_and_no_more() {
        assert_eq!(states(&samples::known()), [true, false, false, false, false], "paper is everybody's right");
        // A door, nothing to save yet (planned), an endpoint for apps, nothing said of automatic updates.
        assert_eq!(states(&samples::hospital()), [true, true, false, true, false]);
        let here = samples::here(Lang::En, "/");
        let words: Vec<_> = way(&here, &samples::hospital()).into_iter().map(|step| step.state).collect();
        assert_eq!(words[2], "Planned");
        assert_eq!(words[4], "Not known yet");
    }

    #[test]
    fn a_plain_no_is_a_no_and_one_kind_of_record_less_is_not() {
        let mut org = samples::known();
        let feature = |code: &str| Feature::parse(code).unwrap();
        org.features.insert(feature("view.imaging"), Answer::No);
        let here = samples::here(Lang::En, "/");
        assert_eq!(way(&here, &org)[1].state, "Not known yet");
        org.features.insert(feature("view"), Answer::No);
        assert_eq!(way(&here, &org)[1].state, "No");
    }

    #[test]
    fn every_feature_of_the_menu_stands_on_the_page_once() {
        let here = samples::here(Lang::Es, "/");
        for org in [samples::hospital(), samples::known()] {
            let menu = menu(&here, &org);
            let shown: usize = menu.groups.iter().map(|group| group.lines.len() + group.not_known.len()).sum();
            // The three plain ones are silent when nothing is said of them.
            let plain = ["view", "download", "send"].map(|code| Feature::parse(code).unwrap());
            let silent = plain.iter().filter(|feature| !org.features.contains_key(feature)).count();
            assert_eq!(shown + silent, Feature::all().count());
        }
    }
}
