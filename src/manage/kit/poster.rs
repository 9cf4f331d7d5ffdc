//! A poster as PDF: our door, what to do in three steps, and a square to point a phone at. Pure.

use fast_qr::{ECL, QRBuilder};
use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

use super::width::{Font, encoded, lines, width};

/// What it is printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// 8.5 by 11 inches.
    Letter,
    /// 210 by 297 millimetres.
    A4,
}

impl Paper {
    /// Width and height, in points.
    fn size(self) -> (f32, f32) {
        match self {
            Self::Letter => (612.0, 792.0),
            Self::A4 => (595.28, 841.89),
        }
    }
}

/// What stands on it.
#[derive(Debug, Clone)]
pub struct Poster {
    /// The code of its language.
    pub lang: &'static str,
    /// What it is about.
    pub title: String,
    /// Whose.
    pub name: String,
    /// What to do.
    pub steps: Vec<String>,
    /// What the doors open.
    pub opens: Vec<String>,
    /// Where the square leads; printed too, for whoever types.
    pub address: String,
    /// Whose site that is.
    pub foot: String,
}

const MARGIN: f32 = 54.0;
const PLAIN: Name<'static> = Name(b"F1");
const BOLD: Name<'static> = Name(b"F2");
const INK: [f32; 3] = [0.106, 0.106, 0.106];
const BLUE: [f32; 3] = [0.184, 0.275, 0.408];
const GOLD: [f32; 3] = [1.0, 0.745, 0.18];

/// A page while it is drawn, from its top down.
struct Sheet {
    content: Content,
    width: f32,
    y: f32,
}

impl Sheet {
    fn colour(&mut self, [r, g, b]: [f32; 3]) {
        self.content.set_fill_rgb(r, g, b);
    }

    /// Lines in the middle of the page.
    fn centred(&mut self, text: &str, font: Font, size: f32, most: usize) {
        for line in lines(text, font, size, self.width - 2.0 * MARGIN).into_iter().take(most) {
            self.y -= size * 1.25;
            let x = (self.width - width(&line, font, size)) / 2.0;
            self.line(&line, font, size, x);
        }
    }

    fn line(&mut self, line: &str, font: Font, size: f32, x: f32) {
        let name = if font == Font::Bold { BOLD } else { PLAIN };
        let bytes = encoded(line);
        self.content.begin_text().set_font(name, size).next_line(x, self.y).show(Str(&bytes)).end_text();
    }

    /// The open door of `assets/src/door.svg`, without its handle, in a square of this side in the middle.
    fn door(&mut self, side: f32) {
        let (scale, left) = (side / 32.0, (self.width - side) / 2.0);
        let top = self.y;
        let at = |x: f32, y: f32| (left + x * scale, top - y * scale);
        let shape = |content: &mut Content, points: &[(f32, f32)]| {
            for (n, (x, y)) in points.iter().enumerate() {
                let (x, y) = at(*x, *y);
                if n == 0 {
                    content.move_to(x, y)
                } else {
                    content.line_to(x, y)
                };
            }
            content.close_path().fill_nonzero();
        };
        self.colour(GOLD);
        shape(&mut self.content, &[(6.0, 3.0), (26.0, 3.0), (26.0, 29.0), (6.0, 29.0)]);
        self.colour(BLUE);
        let frame =
            [(4.0, 1.0), (28.0, 1.0), (28.0, 31.0), (26.0, 31.0), (26.0, 3.0), (6.0, 3.0), (6.0, 31.0), (4.0, 31.0)];
        shape(&mut self.content, &frame);
        shape(&mut self.content, &[(8.0, 4.0), (19.0, 7.0), (19.0, 29.5), (8.0, 31.0)]);
        self.y -= side;
    }

    /// A text as a QR code of this side in the middle; nothing when it is too long for one.
    fn square(&mut self, text: &str, side: f32) -> Option<()> {
        let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
        let module = side / code.size as f32;
        let left = (self.width - side) / 2.0;
        self.colour([0.0; 3]);
        for y in 0..code.size {
            for (x, dark) in code[y].iter().enumerate() {
                if dark.value() {
                    let (x, y) = (left + x as f32 * module, self.y - (y + 1) as f32 * module);
                    self.content.rect(x, y, module, module);
                }
            }
        }
        self.content.fill_nonzero();
        self.y -= side;
        Some(())
    }
}

impl Poster {
    /// The poster on a paper; nothing when its address does not fit into a square.
    pub fn draw(&self, paper: Paper) -> Option<Vec<u8>> {
        let (width, height) = paper.size();
        let mut sheet = Sheet { content: Content::new(), width, y: height - MARGIN };
        sheet.door(84.0);
        sheet.y -= 12.0;
        sheet.colour(BLUE);
        sheet.centred(&self.title, Font::Bold, 32.0, 3);
        sheet.y -= 8.0;
        sheet.colour(INK);
        sheet.centred(&self.name, Font::Bold, 21.0, 2);
        sheet.y -= 26.0;
        sheet.square(&self.address, 216.0)?;
        sheet.y -= 14.0;
        sheet.colour(INK);
        sheet.centred(&self.address, Font::Plain, 9.5, 2);
        sheet.y -= 12.0;
        for (n, step) in self.steps.iter().enumerate() {
            sheet.centred(&format!("{}. {step}", n + 1), Font::Plain, 17.0, 2);
            sheet.y -= 3.0;
        }
        sheet.y -= 8.0;
        for opens in self.opens.iter().take(3) {
            sheet.centred(opens, Font::Bold, 14.0, 2);
        }
        sheet.y = MARGIN + 10.0;
        sheet.centred(&self.foot, Font::Plain, 10.0, 2);
        Some(self.file(sheet.content, width, height))
    }

    fn file(&self, content: Content, width: f32, height: f32) -> Vec<u8> {
        let [catalog, tree, page, plain, bold, stream, info] = [1, 2, 3, 4, 5, 6, 7].map(Ref::new);
        let mut pdf = Pdf::new();
        let mut root = pdf.catalog(catalog);
        root.pages(tree).lang(TextStr(self.lang));
        root.finish();
        pdf.document_info(info).title(TextStr(&self.title));
        pdf.pages(tree).kids([page]).count(1);
        let mut only = pdf.page(page);
        only.parent(tree).media_box(Rect::new(0.0, 0.0, width, height)).contents(stream);
        only.resources().fonts().pair(PLAIN, plain).pair(BOLD, bold);
        only.finish();
        for (id, name) in [(plain, &b"Helvetica"[..]), (bold, &b"Helvetica-Bold"[..])] {
            pdf.type1_font(id).base_font(Name(name)).encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        pdf.stream(stream, &content.finish());
        pdf.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poster(name: &str) -> Poster {
        Poster {
            lang: "es",
            title: "Vea su expediente médico en línea".into(),
            name: name.into(),
            steps: vec!["Apunte la cámara de su teléfono al cuadro.".into(); 3],
            opens: vec!["MyChart abre example.org".into()],
            address: "https://connector.example.org/es/o/org-019ab0c4d0007abc8123456700000001".into(),
            foot: "Connector".into(),
        }
    }

    #[test]
    fn a_poster_is_one_page_with_the_letters_of_spanish() {
        for paper in [Paper::Letter, Paper::A4] {
            let pdf = poster("Clínica Peña").draw(paper).unwrap();
            assert!(pdf.starts_with(b"%PDF-") && pdf.ends_with(b"%%EOF"), "{}", String::from_utf8_lossy(&pdf));
            let has = |bytes: &[u8]| memchr::memmem::find(&pdf, bytes).is_some();
            assert!(has(b"/WinAnsiEncoding") && has(b"/Count 1") && has(b"/Lang"), "{paper:?}");
            assert!(pdf.len() < 200_000);
        }
    }

    #[test]
    fn a_long_name_and_a_bracket_break_nothing() {
        let pdf = poster(&"St. Mary’s (of \\ the Lake) ".repeat(20)).draw(Paper::Letter).unwrap();
        assert!(pdf.ends_with(b"%%EOF"));
        let mut endless = poster("A");
        endless.address = "x".repeat(5_000);
        assert_eq!(endless.draw(Paper::A4), None);
    }
}
