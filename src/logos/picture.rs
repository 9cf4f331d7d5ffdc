//! A picture of somebody else's made a small one of ours: bytes in, a PNG out.
//!
//! What holds: only four formats, told by their first bytes and never by a name; sizes are read before anything is
//! unpacked; what comes out is pixels that we wrote ourselves, with nothing beside them. An SVG is a program for a
//! browser and is never passed on.

use std::io::Cursor;

use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits,
    codecs::png::{CompressionType, FilterType, PngEncoder},
    imageops,
};

/// The largest file that is looked at, in bytes.
pub const LARGEST: u64 = 2 << 20;
/// The widest or highest picture that is unpacked.
const SIDE: u32 = 8_192;
/// The most pixels that are unpacked: 64 MB with four bytes each.
const PIXELS: u64 = 16_000_000;
/// Memory a decoder may take, in bytes.
const MEMORY: u64 = 128 << 20;
/// Smaller pictures are no logos but marks that count visitors.
const SMALLEST: u32 = 16;
/// How large a logo is shown at most; smaller ones are tried when a picture does not become light enough.
const SIZES: [(u32, u32); 4] = [(160, 80), (120, 60), (96, 48), (64, 32)];
/// The most bytes of a logo.
pub const LIGHT: usize = 20_000;

/// Why a picture is no logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// A drawing that browsers run as a program.
    #[error("it is an SVG, which is never passed on")]
    Svg,
    /// Text, a web page, or a format that is not read.
    #[error("it is no PNG, JPEG, GIF or WebP")]
    Format,
    /// Larger than is unpacked.
    #[error("it is larger than is unpacked")]
    TooLarge,
    /// Too small to be seen.
    #[error("it is too small to be a logo")]
    TooSmall,
    /// Cut or broken.
    #[error("it cannot be read")]
    Broken,
    /// Even its smallest version has too many bytes.
    #[error("it does not become light enough")]
    TooHeavy,
}

/// A logo of at most 160x80 pixels and [`LIGHT`] bytes, as PNG.
///
/// # Errors
/// [`Unfit`].
pub fn logo(bytes: &[u8]) -> Result<Vec<u8>, Unfit> {
    if bytes.len() as u64 > LARGEST {
        return Err(Unfit::TooLarge);
    }
    let format = format(bytes)?;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let unfit = |why: image::ImageError| match why {
        image::ImageError::Limits(_) => Unfit::TooLarge,
        _ => Unfit::Broken,
    };
    let decoder = reader.into_decoder().map_err(unfit)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS {
        return Err(Unfit::TooLarge);
    }
    if width.max(height) < SMALLEST {
        return Err(Unfit::TooSmall);
    }
    // Of a moving picture this is the first frame.
    let picture = DynamicImage::from_decoder(decoder).map_err(unfit)?;
    SIZES.into_iter().find_map(|size| png(&picture, size)).ok_or(Unfit::TooHeavy)
}

/// What the first bytes say it is.
fn format(bytes: &[u8]) -> Result<ImageFormat, Unfit> {
    const READ: [ImageFormat; 4] = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    if let Ok(format) = image::guess_format(bytes)
        && READ.contains(&format)
    {
        return Ok(format);
    }
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(1_024)]).to_lowercase();
    Err(if text.contains("<svg") { Unfit::Svg } else { Unfit::Format })
}

/// The picture within a size, if that is light enough. Nothing is made larger than it is.
fn png(picture: &DynamicImage, (width, height): (u32, u32)) -> Option<Vec<u8>> {
    let fits = picture.width() <= width && picture.height() <= height;
    let small = if fits { picture.to_rgba8() } else { picture.resize(width, height, imageops::Lanczos3).to_rgba8() };
    let mut out = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut out, CompressionType::Best, FilterType::Adaptive);
    encoder.write_image(small.as_raw(), small.width(), small.height(), ExtendedColorType::Rgba8).ok()?;
    (out.len() <= LIGHT).then_some(out)
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::ZlibEncoder};
    use image::{Frame, Rgba, RgbaImage, codecs::gif::GifEncoder};

    use super::*;

    /// A picture with some colours in it.
    pub fn drawn(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let picture = RgbaImage::from_fn(width, height, |x, y| Rgba([(x % 256) as u8, (y % 256) as u8, 90, 255]));
        let mut out = Cursor::new(Vec::new());
        let picture = DynamicImage::from(picture);
        let written = if format == ImageFormat::Jpeg {
            picture.to_rgb8().write_to(&mut out, format)
        } else {
            picture.write_to(&mut out, format)
        };
        written.unwrap();
        out.into_inner()
    }

    fn chunk(name: &[u8], body: &[u8]) -> Vec<u8> {
        let mut out = (body.len() as u32).to_be_bytes().to_vec();
        let summed = [name, body].concat();
        out.extend(&summed);
        out.extend(crc32fast::hash(&summed).to_be_bytes());
        out
    }

    /// A PNG that says it is so large, with this body before its end.
    pub fn claimed(width: u32, height: u32, extra: &[u8], packed: &[u8]) -> Vec<u8> {
        let head = [width.to_be_bytes().as_slice(), &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
        let start = b"\x89PNG\r\n\x1a\n".as_slice();
        [start, &chunk(b"IHDR", &head), extra, &chunk(b"IDAT", packed), &chunk(b"IEND", b"")].concat()
    }

    fn zeros(count: usize) -> Vec<u8> {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
        for _ in 0..count / 4_096 {
            packed.write_all(&[0; 4_096]).unwrap();
        }
        packed.finish().unwrap()
    }

    fn size(png: &[u8]) -> (u32, u32) {
        let picture = image::load_from_memory_with_format(png, ImageFormat::Png).unwrap();
        (picture.width(), picture.height())
    }

    #[test]
    fn every_format_becomes_a_small_png() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let png = logo(&drawn(320, 320, format)).unwrap();
            assert!(png.len() <= LIGHT && size(&png) == (80, 80), "{format:?}: {} bytes, {:?}", png.len(), size(&png));
        }
        assert_eq!(size(&logo(&drawn(640, 32, ImageFormat::Png)).unwrap()), (160, 8));
        assert_eq!(size(&logo(&drawn(40, 30, ImageFormat::Png)).unwrap()), (40, 30), "nothing is made larger");
    }

    #[test]
    fn what_comes_out_has_nothing_beside_its_pixels() {
        let note = chunk(b"tEXt", b"Comment\0<script>alert(1)</script>");
        let plain = drawn(100, 50, ImageFormat::Png);
        // Behind the header chunk, where comments stand.
        let noted = [&plain[..33], note.as_slice(), &plain[33..]].concat();
        let png = logo(&noted).unwrap();
        assert_eq!(png, logo(&plain).unwrap());
        assert!(!png.windows(6).any(|part| part == b"script"));
    }

    #[test]
    fn bombs_are_not_unpacked() {
        assert_eq!(logo(&claimed(50_000, 50_000, b"", &zeros(1 << 20))), Err(Unfit::TooLarge), "its sides");
        assert_eq!(logo(&claimed(8_000, 8_000, b"", &zeros(1 << 20))), Err(Unfit::TooLarge), "its pixels");
        // Far more behind the size it says: what is too much is not a picture, and is not kept in memory.
        let more = logo(&claimed(20, 20, b"", &zeros(1 << 26)));
        assert!(matches!(more, Ok(_) | Err(Unfit::Broken)), "{more:?}");
        let text = [b"Comment\0\0".as_slice(), &zeros(1 << 26)].concat();
        let noted = logo(&claimed(20, 20, &chunk(b"zTXt", &text), &zeros(1 << 16)));
        assert!(noted.is_err() || noted.is_ok_and(|png| png.len() < LIGHT));
        assert_eq!(logo(&vec![0x89; LARGEST as usize + 1]), Err(Unfit::TooLarge));
    }

    #[test]
    fn only_pictures_are_read_whatever_they_are_called() {
        for svg in
            ["<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "\u{feff}<?xml version='1.0'?>\n<!-- x --><SVG/>"]
        {
            assert_eq!(logo(svg.as_bytes()), Err(Unfit::Svg), "{svg}");
        }
        for no_picture in ["", "<!doctype html><html>", "GIF", "BM6\0\0\0", "II*\0"] {
            assert_eq!(logo(no_picture.as_bytes()), Err(Unfit::Format), "{no_picture}");
        }
        assert_eq!(logo(&drawn(1, 1, ImageFormat::Gif)), Err(Unfit::TooSmall), "a mark that counts visitors");
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let whole = drawn(300, 300, format);
            // A JPEG may lose its end and still be seen; nothing else may.
            let cut = logo(&whole[..whole.len() / 8]);
            assert!(cut.is_err() || format == ImageFormat::Jpeg, "{format:?}: cut");
            assert!(logo(&whole[..20]).is_err(), "{format:?}: a head alone");
        }
    }

    #[test]
    fn of_a_moving_picture_the_first_frame_stands() {
        let mut moving = Vec::new();
        let frame = |shade: u8| Frame::new(RgbaImage::from_pixel(64, 64, Rgba([shade, 0, 0, 255])));
        GifEncoder::new(&mut moving).encode_frames([frame(255), frame(0), frame(90)]).unwrap();
        let png = logo(&moving).unwrap();
        let picture = image::load_from_memory_with_format(&png, ImageFormat::Png).unwrap().to_rgba8();
        assert_eq!(picture.get_pixel(10, 10), &Rgba([255, 0, 0, 255]));
    }

    #[test]
    fn what_stays_heavy_becomes_smaller() {
        // Noise does not compress: 160x80 of it are more than 20 kB.
        let mut seed = 1_u32;
        let noise = RgbaImage::from_fn(160, 80, |_, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [a, b, c, _] = seed.to_be_bytes();
            Rgba([a, b, c, 255])
        });
        let mut out = Cursor::new(Vec::new());
        noise.write_to(&mut out, ImageFormat::Png).unwrap();
        let png = logo(&out.into_inner()).unwrap();
        assert!(png.len() <= LIGHT && size(&png).0 < 160, "{} bytes, {:?}", png.len(), size(&png));
    }
}
