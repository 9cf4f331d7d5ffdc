//! How wide letters of the two fonts of a poster are: Helvetica and Helvetica-Bold, which every reader of PDF has (Adobe's
//! metrics of the core 14 fonts). Pure.

/// A font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Font {
    /// Helvetica.
    Plain,
    /// Helvetica-Bold.
    Bold,
}

/// Widths of the letters from the space to the tilde, in thousandths of the size.
const PLAIN: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
    556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584,
];

/// A text in the encoding of the poster (WinAnsi, which is Windows-1252); what it does not have is written in plain letters.
pub fn encoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            ' '..='~' | '\u{a0}'..='\u{ff}' => bytes.push(letter as u32 as u8),
            '‘' => bytes.push(0x91),
            '’' => bytes.push(0x92),
            '“' => bytes.push(0x93),
            '”' => bytes.push(0x94),
            '•' => bytes.push(0x95),
            '–' => bytes.push(0x96),
            '—' => bytes.push(0x97),
            '…' => bytes.push(0x85),
            other => bytes.extend(
                deunicode::deunicode_char(other).unwrap_or("?").bytes().filter(|byte| (b' '..=b'~').contains(byte)),
            ),
        }
    }
    bytes
}

/// How wide a text is at a size, in points.
pub fn width(text: &str, font: Font, size: f32) -> f32 {
    let widths = match font {
        Font::Plain => &PLAIN,
        Font::Bold => &BOLD,
    };
    let of = |letter: char| {
        // A letter with an accent is as wide as the letter.
        let plain = if letter.is_ascii() { letter } else { first(letter) };
        let at = (plain as usize).wrapping_sub(usize::from(b' '));
        f32::from(widths.get(at).copied().unwrap_or(556))
    };
    text.chars().map(of).sum::<f32>() * size / 1_000.0
}

fn first(letter: char) -> char {
    deunicode::deunicode_char(letter).and_then(|text| text.chars().next()).unwrap_or('n')
}

/// A text in lines that fit; a word that is too long for one is cut.
pub fn lines(text: &str, font: Font, size: f32, fits: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match (longer, lines.last_mut()) {
            (Some(longer), Some(line)) if width(&longer, font, size) <= fits => *line = longer,
            _ => lines.push(word.to_owned()),
        }
        while lines.last().is_some_and(|line| width(line, font, size) > fits && line.chars().count() > 1) {
            let line = lines.pop().unwrap_or_default();
            let mut end = line.len();
            while width(&line[..end], font, size) > fits {
                end = line[..end].char_indices().next_back().map_or(0, |(at, _)| at);
                if end == 0 {
                    break;
                }
            }
            let end = if end == 0 { line.chars().next().map_or(0, char::len_utf8) } else { end };
            lines.push(line[..end].to_owned());
            lines.push(line[end..].to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spanish_is_written_as_it_is_and_the_rest_in_plain_letters() {
        assert_eq!(encoded("Peña á ¿"), [b'P', b'e', 0xf1, b'a', b' ', 0xe1, b' ', 0xbf]);
        assert_eq!(encoded("Mary’s — x"), [b'M', b'a', b'r', b'y', 0x92, b's', b' ', 0x97, b' ', b'x']);
        assert_eq!(encoded("Łódź"), b"L\xf3dz");
    }

    #[test]
    fn lines_fit_whatever_stands_in_them() {
        assert!((width("Hello", Font::Plain, 10.0) - 22.78).abs() < 0.01);
        let long = format!("St. Mary’s {} Hospital of the Sacred Heart", "m".repeat(200));
        for font in [Font::Plain, Font::Bold] {
            let lines = lines(&long, font, 24.0, 400.0);
            assert!(lines.iter().all(|line| width(line, font, 24.0) <= 400.0), "{lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), long.replace(' ', ""));
        }
    }
}
