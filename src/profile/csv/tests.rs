use super::*;

const HEAD: &str = "name,street,street_2,city,state,zip,phone,landmark\n";

fn table(lines: &str) -> Table {
    read(format!("{HEAD}{lines}").as_bytes()).unwrap()
}

#[test]
fn what_was_written_is_read_back_formulas_too() {
    let mut place = Place::new(&["=1 Main St", "Suite 3"], "Boise", "ID", "83702").unwrap();
    place.name = Some("-West".into());
    place.phone = Some("(208) 555-0100".into());
    place.landmark = Some("@ the river".into());
    let written = write(std::slice::from_ref(&place));
    for cell in ["'=1 Main St", "'-West", "'@ the river"] {
        assert!(written.contains(cell), "{written}");
    }
    assert_eq!(read(written.as_bytes()).unwrap().places, [place]);
}

#[test]
fn good_lines_go_in_and_every_bad_one_says_what_to_mend() {
    let read = table(
        "West,1 Main St,,Boise,ID,83702,2085550100,\n\
         ,,,,,,,\n\
         North,,,Boise,Idahoo,8370,123,\n\
         Twin,1 Main St,,Boise,Idaho,83702-1234,,\n\
         Call 900 555 0100,2 Main St,,Boise,ID,83702,,\n\
         East,3 Main St,,Boise,ID,97201,,see evil.example.com\n",
    );
    assert_eq!(read.places.len(), 1);
    assert_eq!(read.places[0].phone.as_deref(), Some("(208) 555-0100"));
    assert_eq!(read.bad, 4);
    let told: Vec<(u64, &str, Fault)> = read.complaints.iter().map(|c| (c.line, c.column, c.fault)).collect();
    assert_eq!(
        told,
        [
            (4, "street", Fault::NoStreet),
            (4, "state", Fault::BadState),
            (4, "phone", Fault::BadPhone),
            (5, "street", Fault::Twice { line: 2 }),
            (6, "name", Fault::Contact),
            (7, "zip", Fault::OtherState),
            (7, "landmark", Fault::Contact),
        ]
    );
}

#[test]
fn spreadsheets_of_all_sorts_are_read() {
    for bytes in [
        b"\xef\xbb\xbfName;Street;City;State;ZIP\nWest;1 Main St;Boise;ID;83702\n".to_vec(),
        b"street\tcity\tstate\tpostal code\n1 Main St\tBoise\tID\t83702\n".to_vec(),
        "calle,ciudad,estado,código postal,teléfono\n1 Main St,Boise,ID,83702,\n".as_bytes().to_vec(),
    ] {
        let read = read(&bytes).unwrap();
        assert_eq!((read.places.len(), read.bad), (1, 0), "{read:?}");
    }
    // Windows-1252.
    let latin = read(b"street,city,state,zip\n1 Pe\xf1a St,Boise,ID,83702\n").unwrap();
    assert_eq!(latin.places[0].lines, ["1 Peña St"]);
    for (bytes, why) in [
        (b"".to_vec(), Unreadable::Empty),
        (HEAD.as_bytes().to_vec(), Unreadable::Empty),
        (b"PK\x03\x04".to_vec(), Unreadable::NotText),
        (b"a,b\n1,2\n".to_vec(), Unreadable::NoColumns),
        (vec![b'x'; LARGEST + 1], Unreadable::TooLarge),
        (format!("street,city,state,zip\n{}", "1 A,B,ID,83702\n".repeat(MOST + 1)).into_bytes(), Unreadable::TooMany),
    ] {
        assert_eq!(read(&bytes), Err(why));
    }
    assert_eq!(read(b"street,city,zone\n1 Main St,Boise,x\n").unwrap().unknown, ["zone"]);
}

#[test]
fn a_difference_says_what_comes_changes_and_goes() {
    let place = |street: &str| Place::new(&[street], "Boise", "ID", "83702").unwrap();
    let now = [place("1 Main St"), place("2 Main St"), place("3 Main St")];
    let mut renamed = place("2 Main St");
    renamed.name = Some("West".into());
    let given = [renamed.clone(), place("9 Main St"), place("1 Main St")];
    let then = put_together(&now, &given, false);
    assert_eq!(then, [place("1 Main St"), renamed.clone(), place("9 Main St")], "the main place stays the first");
    let found = difference(&now, &then);
    assert_eq!((found.new.len(), found.changed.len(), found.gone.len(), found.same), (1, 1, 1, 1));
    let kept = put_together(&now, &given, true);
    assert_eq!(kept.len(), 4);
    assert!(difference(&now, &kept).gone.is_empty());
    assert!(difference(&now, &now).is_empty());
}
