//! What a browser sends with a file: `multipart/form-data` (RFC 7578), taken apart without a copy.

use memchr::memmem;

/// Parts that are looked at; the form has two.
const PARTS: usize = 8;

/// Every part, by name. Nothing when it cannot be read.
pub fn parts<'b>(content_type: &str, body: &'b [u8]) -> Option<Vec<(String, &'b [u8])>> {
    let mut given = content_type.split(';').map(str::trim);
    if !given.next()?.eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = given.find_map(|parameter| parameter.strip_prefix("boundary="))?.trim_matches('"');
    // RFC 2046, section 5.1.1: one to seventy characters.
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let first = format!("--{boundary}");
    let between = format!("\r\n{first}");
    let finder = memmem::Finder::new(&between);
    let mut rest = body.strip_prefix(first.as_bytes())?;
    let mut found = Vec::new();
    while found.len() < PARTS && !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n")?;
        let end = finder.find(rest)?;
        let (head, value) = split_once(&rest[..end], b"\r\n\r\n")?;
        if let Some(name) = name(&String::from_utf8_lossy(head)) {
            found.push((name, value));
        }
        rest = &rest[end + between.len()..];
    }
    Some(found)
}

fn split_once<'b>(bytes: &'b [u8], at: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let place = memmem::find(bytes, at)?;
    Some((&bytes[..place], &bytes[place + at.len()..]))
}

/// The name in the `Content-Disposition` of a part.
fn name(head: &str) -> Option<String> {
    let line = head.split("\r\n").find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let parameter = line.split(';').map(str::trim).find_map(|parameter| parameter.strip_prefix("name="))?;
    Some(parameter.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part<'b>(kind: &str, body: &'b [u8], name: &str) -> Option<&'b [u8]> {
        parts(kind, body)?.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    const TYPE: &str = "multipart/form-data; boundary=\"--xyz\"";

    #[test]
    fn parts_are_found_as_they_were_sent() {
        let body = "----xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.json\"\r\n\
             Content-Type: application/json\r\n\r\n{\"a\":\"\r\n--xy\"}\r\n----xyz\r\n\
             content-disposition: form-data; name=text\r\n\r\n\r\n----xyz--\r\n";
        assert_eq!(part(TYPE, body.as_bytes(), "file").unwrap(), b"{\"a\":\"\r\n--xy\"}");
        assert_eq!(part(TYPE, body.as_bytes(), "text").unwrap(), b"");
        assert_eq!(part(TYPE, body.as_bytes(), "other"), None);
    }

    #[test]
    fn what_is_no_form_is_none() {
        for (kind, body) in [
            ("application/json", "{}"),
            ("multipart/form-data", "--x\r\n"),
            (TYPE, ""),
            (TYPE, "----xyz"),
            (TYPE, "----xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nnever ends"),
            (TYPE, "----xyz\r\nno empty line\r\n----xyz--"),
        ] {
            assert_eq!(part(kind, body.as_bytes(), "a"), None, "{kind} {body}");
        }
    }
}
