//! Fields, rows and faults of the form as templates show them.

use super::{desk::steps, words};
use crate::{
    model::{features::Feature, id::Id},
    profile::{
        diff::{Pair, Side},
        form::{
            Fault, Form, LONGEST, LONGEST_LINE, LONGEST_WEB, Values, feature_name,
            schema::{Field, Sort, Step},
        },
    },
    site::Here,
};

/// Fields of a listing that lead people somewhere, in the order in which they are read.
const DANGEROUS: [&str; 7] = ["portals", "website", "endpoints", "privacy_policy", "app_store", "google_play", "name"];

/// A step in the indicator.
pub(in crate::manage) struct StepLink {
    pub address: String,
    pub words: String,
    pub current: bool,
}

/// Something to be mended.
pub(in crate::manage) struct Mend {
    pub at: String,
    pub words: String,
}

/// A choice.
pub(in crate::manage) struct OptionView {
    pub value: String,
    pub words: String,
    pub chosen: bool,
}

/// A field.
pub(in crate::manage) struct FieldView {
    /// Its name in the form.
    pub name: String,
    pub id: String,
    pub label: String,
    pub hint: String,
    /// `area`, `one`, `many`, `tick`, or the type of an input.
    pub kind: &'static str,
    pub value: String,
    pub options: Vec<OptionView>,
    pub error: Option<String>,
    pub longest: usize,
    /// What a look at the address looks for: `door`, `endpoint`, or nothing.
    pub look: &'static str,
}

/// A row of a list.
pub(in crate::manage) struct RowView {
    pub number: usize,
    pub title: String,
    pub fields: Vec<FieldView>,
}

/// One feature.
pub(in crate::manage) struct FeatureView {
    pub name: String,
    pub id: String,
    pub words: String,
    pub answer: String,
    pub from: String,
    pub error: Option<String>,
}

/// Features of one sort.
pub(in crate::manage) struct FeatureGroup {
    pub title: String,
    pub features: Vec<FeatureView>,
}

/// A field of a change, in words.
pub(in crate::manage) struct SideView {
    pub title: String,
    /// The field of the listing.
    pub field: String,
    pub pairs: Vec<Pair>,
}

impl SideView {
    /// Is it what a thief would change?
    pub fn is_dangerous(&self) -> bool {
        DANGEROUS.contains(&self.field.as_str())
    }
}

/// The steps of the form about a thing, and the check at its end.
pub(in crate::manage) fn step_links(here: &Here, subject: &Id, current: Option<Step>) -> Vec<StepLink> {
    let link = |step: &Step| StepLink {
        address: here.link(&format!("/manage/{subject}/edit/{}", step.word())),
        words: words::step(here, *step),
        current: current == Some(*step),
    };
    steps(subject).iter().map(link).collect()
}

/// Everything to be mended on a step.
pub(in crate::manage) fn mends(here: &Here, faults: &[Fault], step: Step) -> Vec<Mend> {
    let mend = |fault: &Fault| {
        let name = fault.at.rsplit('-').next().unwrap_or_default();
        let label = if step == Step::Features { words::step(here, step) } else { words::field(here, step, name).0 };
        let words = here.t2("edit-mend", "field", label, "wrong", words::wrong(here, fault.wrong));
        Mend { at: id_of(&fault.at), words }
    };
    faults.iter().map(mend).collect()
}

/// The id of an element: ids of the page itself begin otherwise.
fn id_of(at: &str) -> String {
    format!("e-{}", at.replace(['.', '_'], "-"))
}

/// The fields of a step that stand alone, and its rows.
pub(in crate::manage) fn field_views(
    here: &Here,
    step: Step,
    form: &Form,
    faults: &[Fault],
) -> (Vec<FieldView>, Vec<RowView>) {
    let view = |field: &Field, value: &str, name: String| {
        let at = name.replace('.', "-");
        let error = faults.iter().find(|fault| fault.at == at).map(|fault| words::wrong(here, fault.wrong));
        field_view(here, step, field, value, name, error)
    };
    // The parent has a search of its own.
    let alone = step.fields().iter().map(|field| view(field, form.value(field.name), field.name.to_owned())).collect();
    let Some(list) = step.list() else { return (alone, Vec::new()) };
    // An empty list shows an empty row to begin with.
    let empty = [Values::new()];
    let rows = form.rows(list.name);
    let rows = if rows.is_empty() { &empty } else { rows };
    let row = |(number, row): (usize, &Values)| RowView {
        number,
        title: words::row(here, step, number + 1),
        fields: list
            .fields
            .iter()
            .map(|field| {
                let value = row.get(field.name).map(String::as_str).unwrap_or_default();
                view(field, value, format!("{}.{number}.{}", list.name, field.name))
            })
            .collect(),
    };
    (alone, rows.iter().enumerate().map(row).collect())
}

fn field_view(here: &Here, step: Step, field: &Field, value: &str, name: String, error: Option<String>) -> FieldView {
    let (label, hint) = words::field(here, step, field.name);
    let kind = match field.sort {
        Sort::Line => "text",
        Sort::Area => "area",
        Sort::Web => "url",
        Sort::Phone => "tel",
        Sort::Day => "date",
        Sort::One(_) => "one",
        Sort::Many(_) => "many",
        Sort::Tick => "tick",
    };
    let longest = match field.sort {
        Sort::Area => LONGEST,
        Sort::Web => LONGEST_WEB,
        _ => LONGEST_LINE,
    };
    let options = match field.sort {
        Sort::One(options) | Sort::Many(options) => {
            let chosen = |code: &str| value.split(' ').any(|one| one == code);
            let option = |code: &str| OptionView {
                value: code.to_owned(),
                words: words::option(here, options, code),
                chosen: chosen(code),
            };
            options.codes().into_iter().map(option).collect()
        }
        _ => Vec::new(),
    };
    let look = match (step, field.sort, field.name) {
        (Step::Endpoints, Sort::Web, "url") => "endpoint",
        (Step::Logo, ..) => "",
        (_, Sort::Web, _) => "door",
        _ => "",
    };
    FieldView { id: id_of(&name), name, label, hint, kind, value: value.to_owned(), options, error, longest, look }
}

/// The whole menu, in groups.
pub(in crate::manage) fn feature_groups(here: &Here, form: &Form, faults: &[Fault]) -> Vec<FeatureGroup> {
    let titles = [
        ("view", here.t("edit-group-view")),
        ("download", here.t("edit-group-download")),
        ("send", here.t("edit-group-send")),
        ("service", here.t("edit-group-service")),
        ("shows_blue_button", here.t("edit-group-more")),
    ];
    let view = |feature: Feature| {
        let choice = form.choice(feature);
        let name = feature_name(feature);
        let at = format!("feature-{}-from", feature.code());
        let error = faults.iter().find(|fault| fault.at == at).map(|fault| words::wrong(here, fault.wrong));
        FeatureView {
            id: id_of(&name),
            name,
            words: here.feature(feature),
            answer: choice.answer,
            from: choice.from,
            error,
        }
    };
    let group = |(group, title): (&str, String)| FeatureGroup {
        title,
        features: Feature::all().filter(|feature| feature.group() == group).map(view).collect(),
    };
    titles.into_iter().map(group).collect()
}

/// A change as its fields, doors first.
pub(in crate::manage) fn side_views(here: &Here, sides: Vec<Side>) -> Vec<SideView> {
    let place = |side: &Side| DANGEROUS.iter().position(|field| *field == side.field).unwrap_or(DANGEROUS.len());
    let mut sides = sides;
    sides.sort_by_key(place);
    let view = |side: Side| SideView { title: words::listed(here, &side.field), field: side.field, pairs: side.pairs };
    sides.into_iter().map(view).collect()
}
