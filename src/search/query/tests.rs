//! What is understood of what people type.

use proptest::prelude::*;

use super::*;

/// A query in one line: `plain words [kind] {ST} @zip #number`.
fn shape(text: &str) -> String {
    let understood = understand(text);
    let mut out: Vec<String> = understood
        .parts
        .iter()
        .map(|part| {
            let words = part.words.iter().map(|w| w.form.as_str()).collect::<Vec<_>>().join("+");
            match &part.meaning {
                Meaning::Plain => words,
                Meaning::Kinds(kinds) => {
                    format!("{words}[{}]", kinds.iter().map(|k| k.code()).collect::<Vec<_>>().join(","))
                }
                Meaning::State(code) => format!("{words}{{{code}}}"),
            }
        })
        .collect();
    out.extend(understood.zip.map(|zip| format!("@{zip}")));
    out.extend(understood.numbers.iter().map(|number| format!("#{number}")));
    out.extend(understood.address.map(|address| address.levels[0].clone()));
    out.join(" ")
}

#[test]
fn readings() {
    for (text, expected) in [
        ("", ""),
        ("  !!  ", ""),
        ("clinical associates texas", "clinical associate texa{TX}"),
        ("clinical associates, MD", "clinical associate md{MD}"),
        ("University of Washington", "university washington{WA}"),
        ("mercy new york", "mercy new+york{NY}"),
        ("st josephs hosp", "saint joseph hospital[hospital]"),
        ("hospital niños", "hospital[hospital] nino"),
        ("lab", "laboratory[laboratory]"),
        ("labs", "laboratory[laboratory]"),
        ("my insurance", "insurance[insurer]"),
        ("mi seguro", "seguro[insurer]"),
        ("mi seguro médico", "seguro+medico[insurer]"),
        ("shot records", "shot+record[immunization-registry]"),
        ("blood work", "blood+work[laboratory]"),
        ("análisis de sangre", "analisis+sangre[laboratory]"),
        ("x rays", "x+ray[imaging]"),
        ("x-ray mercy", "x+ray[imaging] mercy"),
        ("eye doctor tacoma", "eye+doctor[vision] tacoma"),
        ("salud mental miami", "salud+mental[behavioral-health] miami"),
        ("department of health", "department+health[public-health]"),
        ("medicaid texas", "medicaid[insurer] texa{TX}"),
        ("texas medicaid", "texa{TX} medicaid[insurer]"),
        ("ny medicaid", "ny{NY} medicaid[insurer]"),
        ("texas childrens hospital", "texa children hospital[hospital]"),
        ("medi-cal", "medi+cal california{CA}"),
        ("Medi-Cal dental", "medi+cal dental[dental] california{CA}"),
        ("medi-cal california", "medi+cal+california california{CA}"),
        ("masshealth", "masshealth massachusett{MA}"),
        ("mass health", "mass+health massachusett{MA}"),
        ("apple health", "apple+health washington{WA}"),
        ("tenncare tennessee", "tenncare tennessee{TN}"),
        ("covered california", "covered+california california{CA}"),
        ("health first colorado", "health+first+colorado colorado{CO}"),
        ("immtrac2", "immtrac2[immunization-registry] texa{TX}"),
        ("florida shots", "florida+shot[immunization-registry] florida{FL}"),
        ("my health e vet", "health+e+vet"),
        ("seguro nueva york", "seguro[insurer] nueva+york{NY}"),
        ("mercy calif", "mercy calif{CA}"),
        ("washington state", "washington+state{WA}"),
        ("how do i get my records from mercy", "record mercy"),
        ("donde consigo mis vacunas", "vacuna[immunization-registry]"),
        ("where is mercy hospital", "mercy hospital[hospital]"),
        ("how foundation", "how foundation"),
        ("get my records from mercy", "record mercy"),
        ("como obtengo mi historial de mercy", "historial mercy"),
        ("florida blue", "florida blue"),
        ("get well clinic", "get well clinic[clinic]"),
        ("how do i", "how do i"),
        ("laboratorio", "laboratorio[laboratory]"),
        ("farmacia", "farmacia[pharmacy]"),
        ("seguro médico", "seguro+medico[insurer]"),
        ("vacunas", "vacuna[immunization-registry]"),
        ("vaccine records texas", "vaccine+record[immunization-registry] texa{TX}"),
        ("98101", "@98101"),
        ("clinic 98101-2345", "clinic[clinic] @98101"),
        ("clinic 00000", "clinic[clinic] 00000"),
        ("Springfield, IL 62701", "springfield il{IL} @62701"),
        ("1234567893", "#npi:1234567893 #phone:1234567893"),
        ("NPI: 1234567893", "#npi:1234567893 #phone:1234567893"),
        ("mercy 1234567893", "mercy #npi:1234567893"),
        ("(208) 555-0100", "#phone:2085550100"),
        ("+1 208 555 0100", "#phone:2085550100"),
        ("posm.com", "k:posm.com"),
        ("va", "va{VA}"),
        ("clinica de la", "clinica[clinic] la{LA}"),
        ("hospital in", "hospital[hospital]"),
        ("hospital IN", "hospital[hospital] in{IN}"),
        ("washington dc", "washington+dc{DC}"),
        ("mercy DC", "mercy dc{DC}"),
        ("the and", "the and"),
    ] {
        assert_eq!(shape(text), expected, "{text}");
    }
}

#[test]
fn neighbours_and_the_last_word() {
    let understood = understand("lab corp");
    assert!(understood.words().all(|word| word.joins == ["labcorp"]));
    let understood = understand("health partners");
    assert_eq!(understood.parts[0].words[0].joins, ["healthpartner"]);
    assert!(understood.parts[1].words[0].last && !understood.parts[0].words[0].last);
    assert_eq!(understood.whole, "health partner");
}

#[test]
fn spanish_words_carry_their_english() {
    let understood = understand("niños");
    assert_eq!(understood.parts[0].words[0].english.as_deref(), Some("children"));
}

#[test]
fn anything_typed_is_read_without_harm() {
    for text in ["\u{0}", "🙂🙂", "\"'(((*:^~", &"a ".repeat(5_000), &"x".repeat(100_000), "https://", "http://[::1]/"]
    {
        assert!(understand(text).parts.len() <= WORD_LIMIT);
    }
}

/// What may be asked back, in one line.
fn asked(text: &str) -> String {
    match understand(text).question {
        None => String::new(),
        Some(Question::Portal { name }) => format!("portal {name}"),
        Some(Question::State { name }) => format!("state {name}"),
        Some(Question::Programme { name, .. }) => format!("programme {name}"),
        Some(Question::Person { name }) => format!("person {name}"),
    }
}

#[test]
fn questions() {
    for (text, expected) in [
        ("mychart", "portal MyChart"),
        ("My Chart login", "portal MyChart"),
        ("mychart.", "portal MyChart"),
        ("sign in to my mychart account", "portal MyChart"),
        ("mychart north bend", ""),
        ("mychart 98045", ""),
        ("mychart washington", ""),
        ("follow my health", "portal FollowMyHealth"),
        ("FollowMyHealth app", "portal FollowMyHealth"),
        ("healow", "portal healow"),
        ("athenahealth patient portal", "portal athenahealth patient portal"),
        ("patient portal", "portal patient portal"),
        ("portal del paciente", "portal patient portal"),
        ("portal", "portal patient portal"),
        ("mercy portal", ""),
        ("my medical records", "portal patient portal"),
        ("quiero ver mis expedientes", "portal patient portal"),
        ("medical records mercy", ""),
        ("blue cross", "state Blue Cross Blue Shield"),
        ("BCBS", "state Blue Cross Blue Shield"),
        ("Blue Cross & Blue Shield", "state Blue Cross Blue Shield"),
        ("bcbs login", "state Blue Cross Blue Shield"),
        ("bcbs texas", ""),
        ("blue cross 75001", ""),
        ("medicaid", "state Medicaid"),
        ("medicaid texas", ""),
        ("texas medicaid", ""),
        ("medi-cal", ""),
        ("chip", "state CHIP"),
        ("vaccine records", "state vaccine records"),
        ("how do i get my vaccine records", "state vaccine records"),
        ("vacunas", "state registros de vacunas"),
        ("vaccine records texas", ""),
        ("texas vaccine records", ""),
        ("health department", "state health department"),
        ("va", "programme VA"),
        ("V.A.", "programme VA"),
        ("va login", "programme VA"),
        ("va hospital", ""),
        ("va seattle", ""),
        ("mclean va", ""),
        ("tricare", "programme TRICARE"),
        ("TRICARE Online", "programme TRICARE"),
        ("tricare west", ""),
        ("medicare", "programme Medicare"),
        ("medicare advantage", ""),
        ("kaiser", ""),
        ("", ""),
        ("portals of mercy and grace clinic of the valley and hills of north bend", ""),
    ] {
        assert_eq!(asked(text), expected, "{text}");
    }
}

#[test]
fn choices_do_not_ask_again() {
    for (_, choices) in ["va", "tricare"].map(|text| match understand(text).question {
        Some(Question::Programme { name, choices }) => (name, choices),
        other => panic!("{text}: {other:?}"),
    }) {
        assert!(choices.len() >= 2);
        for choice in choices {
            assert!(!choice.name.is_empty() && !choice.name_es.is_empty());
            assert_eq!(asked(&choice.q), "", "{}", choice.q);
            assert!(!understand(&choice.q).is_empty(), "{}", choice.q);
        }
    }
}

#[test]
fn persons() {
    for (text, name, words) in [
        ("dr jane doe", "jane doe", "jane doe"),
        ("Dr. Jane Doe", "Jane Doe", "jane doe"),
        ("doctor garcia", "garcia", "garcia"),
        ("Doctora García", "García", "garcia"),
        ("dra. maría lópez", "maría lópez", "maria lopez"),
        ("jane doe md", "jane doe", "jane doe md{MD}"),
        ("Jane Doe, M.D.", "Jane Doe", "jane doe md{MD}"),
        ("Doe, Jane MD", "Doe Jane", "doe jane md{MD}"),
        ("john smith np", "john smith", "john smith"),
        ("john smith pa-c", "john smith", "john smith"),
        ("jane q. doe phd lcsw", "jane q doe", "jane q doe"),
        ("dr. juan de la cruz", "juan de la cruz", "juan la cruz"),
        ("dr o'brien", "o'brien", "obrien"),
        ("dr garcia-lopez md", "garcia-lopez", "garcia lopez md{MD}"),
        ("dr jane doe texas", "jane doe", "jane doe texa{TX}"),
        ("jane doe md tx", "jane doe", "jane doe md tx{TX}"),
        ("my records from dr jane doe", "jane doe", "jane doe"),
        ("jane doe cardiologist", "jane doe", "jane doe"),
        ("dr austin", "austin", "austin"),
        ("dr jones tampa", "jones", "jone tampa"),
        ("doctor jones in tampa", "jones", "jone tampa"),
        ("james smith dds dallas tx", "james smith", "jame smith dalla tx{TX}"),
    ] {
        assert_eq!((asked(text).as_str(), shape(text).as_str()), (format!("person {name}").as_str(), words), "{text}");
    }
}

#[test]
fn no_persons() {
    for text in [
        "dr pepper medical clinic",
        "doctors hospital",
        "doctor's hospital",
        "MD Anderson",
        "md anderson cancer center",
        "doctor",
        "dr",
        "doctor near me",
        "my doctor",
        "family doctor",
        "doctor austin",
        "doctor in boston",
        "doctor on demand",
        "eye doctor",
        "dr smith dental",
        "dr dynasaur",
        "anne arundel md",
        "clinical associates, MD",
        "clinical associates md",
        "silver spring md",
        "mercy baltimore md",
        "johns hopkins md",
        "jane doe md pc",
        "jim thorpe pa",
        "jane doe",
        "mary washington hospital va",
        "heart doctor texas",
        "doctor appointment",
        "kaiser permanente md",
        "st mary hospital md",
        "dr 5",
        "do",
        "md",
    ] {
        assert!(!asked(text).starts_with("person"), "{text}: {}", asked(text));
    }
}

/// What else a word may stand for.
fn others(text: &str, form: &str) -> Vec<String> {
    understand(text).words().find(|word| word.form == form).unwrap_or_else(|| panic!("{text}: {form}")).other.clone()
}

#[test]
fn words_carry_what_else_they_may_stand_for() {
    for (text, form, expected) in [
        ("orange co", "co", "county"),
        ("orange county", "county", "co"),
        ("penn st hospital", "saint", "state"),
        ("u of michigan", "u", "university"),
        ("university of michigan", "university", "u"),
        ("va hospital", "va", "veteran"),
        ("veterans hospital", "veteran", "va"),
        ("n shore", "n", "north"),
        ("clin assoc", "clin", "clinical"),
        ("surg ctr", "surgery", "surgical"),
        ("surgical center", "surgical", "surgery"),
        ("cardiologist boise", "cardiologist", "cardiology"),
        ("ortho", "ortho", "orthodontic"),
        ("medi-cal", "medi", "medicaid"),
        ("medicaid california", "medicaid", "medi"),
        ("medicaid massachusetts", "medicaid", "masshealth"),
        ("my health e vet", "vet", "healthevet"),
    ] {
        assert!(others(text, form).iter().any(|other| other == expected), "{text}: {:?}", others(text, form));
    }
    assert!(others("mercy", "mercy").is_empty());
    assert_eq!(words_only("mychart").question, None);
}

#[test]
fn hostile_text_is_read_plainly() {
    for (text, expected) in [
        ("' OR 1=1 --", "or 1 1"),
        ("name:mercy AND (kind:hospital^5 OR \"x q\"~2)", "name mercy kind hospital[hospital] 5 or x q 2"),
        ("mercy*", "mercy"),
        ("*:*", ""),
        ("[a TO z]", "a z"),
        ("\u{202e}mercy\u{200b}\u{0} clinic", "mercy clinic[clinic]"),
        ("mercy\u{0}clinic", "mercy clinic[clinic]"),
        ("🙂🙂 mercy 🏥", "mercy"),
        ("مستشفى", "mstshf~"),
        ("x", "x"),
        ("of the", "of the"),
    ] {
        let expected = expected.trim_end_matches('~');
        assert!(shape(text).starts_with(expected), "{text}: {}", shape(text));
        assert_eq!(understand(text).question, None, "{text}");
    }
    let long = understand(&"mercy clinic ".repeat(400));
    assert_eq!(long.parts.len(), WORD_LIMIT - 1);
    let ends = understand(&format!("{}texas", "mercy ".repeat(30)));
    assert_eq!(ends.parts.last().unwrap().meaning, Meaning::State("TX"));
}

proptest! {
    #[test]
    fn whatever_is_typed_is_bounded(text in "\\PC{0,200}|[a-z .,'&-]{0,200}|(dr|md|va|of|medi|cal|texas|in|98101|1234567893|mychart|[a-z]{1,9})( (dr|md|va|of|me|texas|new|york|clinic|np|[a-z]{1,9})){0,30}") {
        for understood in [understand(&text), words_only(&text)] {
            prop_assert!(understood.parts.len() <= WORD_LIMIT);
            for part in &understood.parts {
                prop_assert!(!part.words.is_empty());
            }
            for word in understood.words() {
                prop_assert!(!word.form.is_empty() && word.form.is_ascii());
                prop_assert!(word.joins.len() <= 4);
            }
            prop_assert!(understood.words().filter(|word| word.last).count() <= 1);
        }
    }

    #[test]
    fn a_name_reads_the_same_in_capitals_and_with_spaces_around(name in "[a-z]{1,10}( [a-z]{1,10}){0,6}") {
        let forms = |text: &str| understand(text).words().map(|word| word.form.clone()).collect::<Vec<_>>();
        // A state's code in capitals is one, and in small letters may be a small word.
        let last = name.rsplit(' ').next().unwrap();
        prop_assume!(last.len() != 2);
        prop_assert_eq!(forms(&name.to_uppercase()), forms(&name));
        prop_assert_eq!(forms(&format!("  {name}\t")), forms(&name));
    }

    #[test]
    fn words_understood_are_understood_again(name in "[a-z]{1,10}( [a-z]{1,10}){0,6}") {
        let whole = words_only(&name).whole;
        prop_assert_eq!(words_only(&whole).whole, whole);
    }
}
