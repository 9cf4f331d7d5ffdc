//! Names of organizations as registers have them: about twenty ways to build one.

use super::{
    places::{Place, state_name},
    random::Random,
    vocabulary::{FIELDS, FIRST, FORMS, HOSPITALS, LEGAL, PLANS, SAINTS, SPANISH, SPANISH_LAST, brand, surname},
};

/// A name and the code of what kind of organization has it.
pub struct Named {
    /// The name.
    pub name: String,
    /// The code of a kind, as in the program's tables.
    pub kind: &'static str,
}

/// A new name for somebody at a place.
pub fn name(random: &mut Random, place: Place) -> Named {
    let (name, kind) = match random.below(100) {
        0..=15 => of_a_person(random),
        16..=30 => of_a_field(random),
        31..=37 => of_a_town(random, place),
        38..=43 => saint(random, place),
        44..=50 => hospital(random, place),
        51..=58 => partners(random),
        59..=64 => generic(random),
        65..=72 => company(random),
        73..=76 => spanish(random),
        77..=82 => pharmacy(random, place),
        83..=85 => laboratory(random),
        86..=88 => plan(random, place),
        89..=91 => county(random),
        92..=95 => center_for(random, place),
        96 => university(random, place),
        _ => home(random),
    };
    // One in twenty has the abbreviations of a form that was filled in by hand.
    let name = if random.chance(5) { shortened(&name) } else { name };
    Named { name: at_most_seven(&with_legal_form(random, name)), kind }
}

/// Another name of the same organization.
pub fn alias(random: &mut Random, name: &str, place: Place) -> String {
    let name = name.split(' ').filter(|word| !LEGAL.contains(word)).collect::<Vec<_>>().join(" ");
    let name = name.trim_end_matches(',');
    let words: Vec<&str> = name.split(' ').collect();
    match random.below(10) {
        // The first letters.
        0 | 1 if words.len() >= 3 => words
            .iter()
            .filter(|word| word.len() > 2)
            .filter_map(|word| word.chars().next())
            .collect::<String>()
            .to_uppercase(),
        // Where it is.
        2 | 3 if words.len() < 5 => format!("{} {}", words.join(" "), place.city),
        // Who it belongs to.
        4 => format!("{} {}", brand(random), words.last().copied().unwrap_or(name)),
        // What it was called before.
        5..=7 => at_most_seven(&format!("{} {} {}", surname(random), random.favour(FIELDS), random.favour(FORMS))),
        // Without its last word.
        8 if words.len() >= 4 => words[..words.len() - 1].join(" "),
        _ => brand(random),
    }
}

fn kind_of_field(field: &str) -> &'static str {
    match field {
        "Dental"
        | "Orthodontics"
        | "Oral Surgery"
        | "Periodontics"
        | "Endodontics"
        | "Pediatric Dentistry"
        | "Family Dentistry" => "dental",
        "Eye" | "Optometry" | "Vision" | "Ophthalmology" | "Retina" => "vision",
        "Behavioral Health" | "Counseling" | "Mental Health" | "Psychiatry" | "Psychology" | "Recovery" | "Autism" => {
            "behavioral-health"
        }
        "Home Health" | "Hospice" => "home-care",
        "Assisted Living" | "Nursing" | "Senior Care" | "Adult Day" => "long-term-care",
        "Radiology" | "Imaging" => "imaging",
        "Laboratory" | "Pathology" => "laboratory",
        _ => "clinic",
    }
}

/// "Harrington Family Dentistry".
fn of_a_person(random: &mut Random) -> (String, &'static str) {
    let field = random.favour(FIELDS);
    let name = match random.below(4) {
        0 | 1 => format!("{} {field}", surname(random)),
        2 => format!("{} {field} {}", surname(random), random.favour(FORMS)),
        _ => format!("{} {} {}", surname(random), surname(random), field),
    };
    (name, kind_of_field(field))
}

/// "Lakeside Pediatrics Associates".
fn of_a_field(random: &mut Random) -> (String, &'static str) {
    let field = random.favour(FIELDS);
    let first = random.favour(FIRST);
    let name = match random.below(6) {
        0 => format!("{first} {field}"),
        1 | 2 => format!("{first} {field} {}", random.favour(FORMS)),
        3 => format!("{first} {} {field} {}", random.pick(FIRST), random.favour(FORMS)),
        4 => format!("{} {first} {field}", surname(random)),
        _ => format!("{first} {} {field} {}", surname(random), random.favour(FORMS)),
    };
    (name, kind_of_field(field))
}

/// "Boise Valley Eye Center".
fn of_a_town(random: &mut Random, place: Place) -> (String, &'static str) {
    let field = random.favour(FIELDS);
    let name = match random.below(4) {
        0 => format!("{} {field} {}", place.city, random.favour(FORMS)),
        1 => format!("{} {} {field}", place.city, random.pick(FIRST)),
        2 => format!("{field} {} of {}", random.favour(FORMS), place.city),
        _ => format!("{} of {} {}", field, side(random), state_name(place.state)),
    };
    (name, kind_of_field(field))
}

fn side(random: &mut Random) -> &'static str {
    random.pick::<&'static str>(&["North", "South", "East", "West", "Central", "Northern", "Southwest", "Greater"])
}

/// "St. Joseph's Hospital".
fn saint(random: &mut Random, place: Place) -> (String, &'static str) {
    let saint = random.favour(SAINTS);
    let before = random.pick::<&'static str>(&["St.", "St.", "Saint", "St"]);
    let of = if saint.ends_with('s') { "" } else { random.pick::<&'static str>(&["'s", "'s", "", "s"]) };
    let last = random.favour(HOSPITALS);
    let name = match random.below(5) {
        0 | 1 => format!("{before} {saint}{of} {last}"),
        2 => format!("{before} {saint}{of} {last} of {}", place.city),
        3 => format!("{before} {saint}{of} {} {}", random.favour(FIELDS), random.favour(FORMS)),
        _ => format!("{before} {saint}{of} {} {last}", random.favour(FIRST)),
    };
    (name, "hospital")
}

/// "Mercy Regional Medical Center".
fn hospital(random: &mut Random, place: Place) -> (String, &'static str) {
    let last = random.favour(HOSPITALS);
    let name = match random.below(5) {
        0 => format!("{} {last}", random.favour(FIRST)),
        1 => format!("{} {last}", place.city),
        2 => format!("{} {} {last}", random.favour(FIRST), random.pick(FIRST)),
        3 => format!("{} {last}", surname(random)),
        _ => format!("{} {} {last}", surname(random), random.favour(FIRST)),
    };
    (name, "hospital")
}

/// "Becker & Chen Orthopedics, PC".
fn partners(random: &mut Random) -> (String, &'static str) {
    let field = random.favour(FIELDS);
    let (one, two) = (surname(random), surname(random));
    let name = match random.below(4) {
        0 => format!("{one} & {two} {field}"),
        1 => format!("{one}, {two} and {} {}", surname(random), random.favour(FORMS)),
        2 => format!("{one} and {two} {field} {}", random.favour(FORMS)),
        _ => format!("{one} & Associates {field}"),
    };
    (name, kind_of_field(field))
}

/// "Family Medicine Associates": many are called so.
fn generic(random: &mut Random) -> (String, &'static str) {
    let field = random.favour(FIELDS);
    (format!("{field} {}", random.favour(FORMS)), kind_of_field(field))
}

/// "Medivance Home Health".
fn company(random: &mut Random) -> (String, &'static str) {
    let field = random.favour(FIELDS);
    let name = match random.below(6) {
        0 => brand(random),
        1 => format!("{} {}", brand(random), random.favour(FORMS)),
        2 => format!("{} {field} {}", brand(random), random.favour(FORMS)),
        3 => format!("{} {} {field}", brand(random), surname(random)),
        _ => format!("{} {field}", brand(random)),
    };
    (name, kind_of_field(field))
}

/// "Clínica San José".
fn spanish(random: &mut Random) -> (String, &'static str) {
    let first = random.favour(SPANISH);
    let kind = match first {
        "Farmacia" => "pharmacy",
        "Hospital" => "hospital",
        "Clinica Dental" => "dental",
        "Laboratorio Clínico" => "laboratory",
        _ => "clinic",
    };
    let name = match random.below(3) {
        0 => format!("{first} {}", random.favour(SPANISH_LAST)),
        1 => format!("{first} {} {}", random.favour(SPANISH_LAST), surname(random)),
        _ => format!("{first} {} y {}", surname(random), surname(random)),
    };
    (name, kind)
}

/// "Cedar Pharmacy #1204".
fn pharmacy(random: &mut Random, place: Place) -> (String, &'static str) {
    let name = match random.below(6) {
        0 => format!("{} Pharmacy", surname(random)),
        1 => format!("{} Drug", surname(random)),
        2 => format!("{} Pharmacy #{}", random.favour(FIRST), random.between(1, 2400)),
        3 => format!("{} {} Pharmacy", place.city, random.pick(FIRST)),
        4 => format!("{} Pharmacy {}", brand(random), random.between(1, 999)),
        _ => format!("{} {} Pharmacy", surname(random), random.pick(FIRST)),
    };
    (name, "pharmacy")
}

/// "Axiovera Diagnostic Laboratories".
fn laboratory(random: &mut Random) -> (String, &'static str) {
    let last = random.pick::<&'static str>(&[
        "Diagnostics",
        "Laboratories",
        "Clinical Laboratory",
        "Diagnostic Laboratories",
        "Pathology Laboratory",
    ]);
    let first = if random.chance(70) { brand(random) } else { surname(random) };
    (format!("{first} {last}"), "laboratory")
}

/// "Harvest Health Plan of Ohio".
fn plan(random: &mut Random, place: Place) -> (String, &'static str) {
    let plan = random.favour(PLANS);
    let name = match random.below(4) {
        0 => format!("{} {plan} of {}", random.pick(FIRST), state_name(place.state)),
        1 => format!("{} {plan}", brand(random)),
        2 => format!("{} {} {plan}", random.pick(FIRST), surname(random)),
        _ => format!("{} {plan}", surname(random)),
    };
    (name, "insurer")
}

/// "Kelling County Health Department".
fn county(random: &mut Random) -> (String, &'static str) {
    let last = random.pick::<&'static str>(&[
        "Health Department",
        "Public Health",
        "Health District",
        "Health Services",
        "Board of Health",
    ]);
    (format!("{} County {last}", surname(random)), "public-health")
}

/// "Center for Sports Medicine of North Texas".
fn center_for(random: &mut Random, place: Place) -> (String, &'static str) {
    let field = random.favour(FIELDS);
    let form = random.pick::<&'static str>(&["Center", "Institute", "Centers", "Clinic"]);
    let name = match random.below(4) {
        0 => format!("{form} for {field}"),
        1 => format!("{form} for {field} of {}", place.city),
        2 => format!("The {} {form} for {field}", surname(random)),
        _ => format!("{} {form} for {field}", random.pick(FIRST)),
    };
    (name, kind_of_field(field))
}

/// "University of Ohio Medical Center".
fn university(random: &mut Random, place: Place) -> (String, &'static str) {
    let name = match random.below(3) {
        0 => format!("University of {} {}", state_name(place.state), random.favour(HOSPITALS)),
        1 => format!("{} University {}", surname(random), random.favour(HOSPITALS)),
        _ => format!("{} State University {}", place.city, random.favour(FIELDS)),
    };
    (name, "hospital")
}

/// "Willow Creek Nursing Home".
fn home(random: &mut Random) -> (String, &'static str) {
    let last = random.pick::<&'static str>(&[
        "Nursing Home",
        "Care Center",
        "Manor",
        "Assisted Living",
        "Rehabilitation and Nursing",
        "Hospice",
    ]);
    let name = match random.below(3) {
        0 => format!("{} {} {last}", random.pick(FIRST), random.pick(FIRST)),
        1 => format!("{} {last}", surname(random)),
        _ => format!("{} {} {last}", surname(random), random.pick(FIRST)),
    };
    (name, "long-term-care")
}

fn with_legal_form(random: &mut Random, name: String) -> String {
    match random.below(10) {
        0 | 1 => format!("{name} {}", random.favour(LEGAL)),
        2 => format!("{name}, {}", random.favour(LEGAL)),
        _ => name,
    }
}

/// As people write it who have a small field to fill.
fn shortened(name: &str) -> String {
    let short = |word: &str| -> String {
        match word {
            "Medical" => "Med".to_owned(),
            "Center" => "Ctr".to_owned(),
            "Hospital" => "Hosp".to_owned(),
            "Associates" => "Assoc".to_owned(),
            "Services" => "Svcs".to_owned(),
            "Saint" => "St".to_owned(),
            other => other.to_owned(),
        }
    };
    name.split(' ').map(short).collect::<Vec<_>>().join(" ")
}

fn at_most_seven(name: &str) -> String {
    let mut words: Vec<&str> = name.split(' ').collect();
    words.truncate(7);
    while words.last().is_some_and(|last| matches!(*last, "of" | "and" | "for" | "&" | "y" | "de")) {
        words.pop();
    }
    words.join(" ")
}
