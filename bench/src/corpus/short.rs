//! Short ways to write words of health care and of the mail, as people use them.
//!
//! A general list (hospital registers, USPS Publication 28), kept apart from the one the program reads.

use super::random::Random;

/// A long word and its short ways, the most common first.
const SHORT: &[(&str, &[&str])] = &[
    ("hospital", &["hosp"]),
    ("center", &["ctr", "cntr"]),
    ("medical", &["med"]),
    ("medicine", &["med"]),
    ("university", &["univ"]),
    ("saint", &["st"]),
    ("mount", &["mt"]),
    ("fort", &["ft"]),
    ("pediatrics", &["peds"]),
    ("associates", &["assoc", "assocs"]),
    ("services", &["svcs", "svc", "serv"]),
    ("department", &["dept"]),
    ("rehabilitation", &["rehab"]),
    ("international", &["intl"]),
    ("national", &["natl"]),
    ("regional", &["reg", "regl"]),
    ("memorial", &["mem", "meml"]),
    ("county", &["co", "cnty"]),
    ("general", &["gen"]),
    ("group", &["grp"]),
    ("health", &["hlth"]),
    ("clinic", &["clin"]),
    ("clinical", &["clin"]),
    ("physicians", &["phys"]),
    ("physical", &["phys"]),
    ("surgery", &["surg"]),
    ("surgical", &["surg"]),
    ("orthopedics", &["ortho"]),
    ("orthodontics", &["ortho"]),
    ("community", &["comm", "cmty"]),
    ("pharmacy", &["pharm", "rx"]),
    ("laboratory", &["lab"]),
    ("laboratories", &["labs"]),
    ("management", &["mgmt"]),
    ("family", &["fam"]),
    ("internal", &["int"]),
    ("institute", &["inst"]),
    ("behavioral", &["behav"]),
    ("cardiology", &["cardio"]),
    ("dermatology", &["derm"]),
    ("gynecology", &["gyn"]),
    ("obstetrics", &["ob"]),
    ("neurology", &["neuro"]),
    ("gastroenterology", &["gastro", "gi"]),
    ("diagnostic", &["diag"]),
    ("diagnostics", &["diag", "dx"]),
    ("american", &["amer"]),
    ("mountain", &["mtn"]),
    ("valley", &["vly"]),
    ("springs", &["spgs"]),
    ("heights", &["hts"]),
    ("specialists", &["spec"]),
    ("specialty", &["spec"]),
    ("system", &["sys"]),
    ("north", &["n"]),
    ("south", &["s"]),
    ("east", &["e"]),
    ("west", &["w"]),
    ("insurance", &["ins"]),
    ("company", &["co"]),
    ("emergency", &["emerg"]),
    ("therapy", &["ther"]),
    ("occupational", &["occ"]),
    ("district", &["dist"]),
    ("professionals", &["prof"]),
    ("foundation", &["fdn"]),
    ("partners", &["ptnrs"]),
];

/// What a short word stands for when it is only one thing; else the word itself. The most common reading counts for
/// those that names in the corpus themselves use.
pub fn long(word: &str) -> &str {
    match word {
        "med" => return "medical",
        "ste" => return "saint",
        _ => {}
    }
    let mut meanings = SHORT.iter().filter(|(_, shorts)| shorts.contains(&word) && word.len() > 1);
    match (meanings.next(), meanings.next()) {
        (Some((long, _)), None) => long,
        _ => word,
    }
}

/// A short way to write a word, if it has one.
pub fn short(random: &mut Random, word: &str) -> Option<&'static str> {
    let (_, shorts) = SHORT.iter().find(|(long, _)| *long == word)?;
    Some(if random.chance(75) { shorts[0] } else { random.pick(shorts) })
}

/// May the typed word stand for the word of a name: itself, a short way to write it, or its first letters?
pub fn stands_for(typed: &str, word: &str) -> bool {
    let cut = matches!(typed.len(), 4 | 5) && word.len() > typed.len() + 1 && word.starts_with(typed);
    typed == word || long(typed) == long(word) || cut || {
        let mut listed = SHORT.iter().filter(|(long, _)| *long == word || *long == self::long(word));
        listed.any(|(_, shorts)| shorts.contains(&typed))
    }
}
