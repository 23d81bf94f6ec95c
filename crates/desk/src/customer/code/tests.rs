//! Codes in pictures as owners have them, and pictures that are none.

use super::*;
use crate::customer::picture::BYTES_MAX;
use base64::{Engine, engine::general_purpose::STANDARD};
use image::{
    ImageEncoder, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage, codecs::png::PngEncoder,
};
use proptest::prelude::*;
use std::io::Cursor;

const TEXT: &str = "wxp://f2f0aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789";

fn read_text(picture: &str) -> Result<String, UiError> {
    read_now(picture::decoded(picture)?)
}

fn rows(text: &str) -> Vec<String> {
    crate::answers::qr(text).expect("a code")
}

/// The code in dots of this size, with the quiet border, at a place in a picture.
fn drawn(text: &str, dot: u32, at: (u32, u32), size: (u32, u32)) -> GrayImage {
    let mut picture = GrayImage::from_pixel(size.0, size.1, Luma([255]));
    put(&mut picture, text, dot, at);
    picture
}

fn put(picture: &mut GrayImage, text: &str, dot: u32, at: (u32, u32)) {
    let rows = rows(text);
    for (y, row) in (0..).zip(&rows) {
        for (x, module) in (0..).zip(row.bytes()) {
            if module == b'1' {
                for (dx, dy) in (0..dot).flat_map(|dx| (0..dot).map(move |dy| (dx, dy))) {
                    picture.put_pixel(at.0 + x * dot + dx, at.1 + y * dot + dy, Luma([10]));
                }
            }
        }
    }
}

fn saved(picture: &DynamicImage, format: ImageFormat) -> String {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("saved");
    STANDARD.encode(bytes.into_inner())
}

fn png(picture: GrayImage) -> String {
    saved(&DynamicImage::ImageLuma8(picture), ImageFormat::Png)
}

fn refused(picture: &str) -> String {
    let error = read_text(picture).expect_err("nothing to read");
    assert_eq!(error.code, "invalid");
    error.field.expect("a field")
}

#[test]
fn a_code_is_read_from_pictures_as_owners_have_them() {
    let plain = drawn(TEXT, 8, (60, 60), (480, 480));
    // A large photo in which the code is a part, saved with loss.
    let photo = DynamicImage::ImageLuma8(drawn(TEXT, 24, (700, 900), (2400, 3000)))
        .blur(2.0)
        .to_rgb8();
    let photo = RgbImage::from_fn(2400, 3000, |x, y| {
        let Rgb([shade, ..]) = *photo.get_pixel(x, y);
        Rgb([shade, shade / 2 + 60, 200 - shade / 4])
    });
    // Saved by an app with nothing behind the dots.
    let clear = RgbaImage::from_fn(480, 480, |x, y| match plain.get_pixel(x, y).0 {
        [255] => Rgba([0, 0, 0, 0]),
        [shade] => Rgba([shade, shade, shade, 255]),
    });
    let inverted = GrayImage::from_fn(480, 480, |x, y| Luma([255 - plain.get_pixel(x, y).0[0]]));
    let turned = image::imageops::rotate90(&plain);
    let cases = [
        ("plain", png(plain.clone())),
        (
            "an address",
            format!("data:image/png;base64,{}", png(plain)),
        ),
        (
            "a photo",
            saved(&DynamicImage::ImageRgb8(photo), ImageFormat::Jpeg),
        ),
        (
            "on nothing",
            saved(&DynamicImage::ImageRgba8(clear), ImageFormat::Png),
        ),
        ("white on black", png(inverted)),
        ("turned", png(turned)),
        ("small", png(drawn(TEXT, 3, (20, 20), (180, 180)))),
    ];
    for (what, picture) in cases {
        assert_eq!(read_text(&picture), Ok(TEXT.to_owned()), "{what}");
    }
}

#[test]
fn a_poster_with_two_codes_is_refused_and_one_with_the_same_twice_is_read() {
    let mut poster = drawn(TEXT, 6, (60, 60), (900, 500));
    let mut twice = poster.clone();
    put(&mut poster, "https://qr.alipay.com/another", 6, (520, 60));
    assert_eq!(refused(&png(poster)), "several_codes");
    put(&mut twice, TEXT, 6, (520, 60));
    assert_eq!(read_text(&png(twice)), Ok(TEXT.to_owned()));
}

#[test]
fn what_is_no_picture_or_no_code_is_told_apart() {
    let mut cut = STANDARD
        .decode(png(drawn(TEXT, 8, (60, 60), (480, 480))))
        .expect("base64");
    cut.truncate(200);
    let long = "x".repeat(1_500);
    let side = rows(&long).len() as u32 * 4 + 80;
    for (picture, field) in [
        (String::new(), "picture"),
        ("!!!".to_owned(), "picture"),
        ("data:text/html;base64,PGgxPg==".to_owned(), "picture"),
        (
            STANDARD.encode(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
            "picture",
        ),
        (
            STANDARD.encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            "picture",
        ),
        (STANDARD.encode(&cut), "picture"),
        (png(GrayImage::from_pixel(300, 300, Luma([200]))), "no_code"),
        (png(GrayImage::from_pixel(1, 1, Luma([0]))), "no_code"),
        // Longer than any display could show.
        (png(drawn(&long, 4, (40, 40), (side, side))), "code"),
    ] {
        assert_eq!(
            refused(&picture),
            field,
            "{}…",
            &picture.chars().take(40).collect::<String>()
        );
    }
}

/// A small file that says it is huge, and one that is.
#[test]
fn pictures_that_would_take_much_memory_are_refused_by_their_size() {
    let mut bytes = Vec::new();
    let line = vec![255; 20_000];
    PngEncoder::new(&mut bytes)
        .write_image(&line, 20_000, 1, image::ExtendedColorType::L8)
        .expect("a picture");
    assert_eq!(refused(&STANDARD.encode(&bytes)), "picture_size");
    // The header's height, with a checksum that fits: 60,000 lines that are not there.
    let mut header = png(GrayImage::from_pixel(10, 10, Luma([0])));
    let mut lying = STANDARD.decode(&header).expect("base64");
    lying[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let checksum = crc(&lying[12..29]);
    lying[29..33].copy_from_slice(&checksum.to_be_bytes());
    header = STANDARD.encode(&lying);
    assert_eq!(refused(&header), "picture_size");
}

#[tokio::test]
async fn more_than_the_largest_picture_is_not_even_looked_at() {
    let long = "A".repeat(BYTES_MAX / 3 * 4 + 100);
    assert_eq!(read(long).await, Err(UiError::invalid("picture_size")));
    assert_eq!(
        read("AAAA".to_owned()).await,
        Err(UiError::invalid("picture"))
    );
}

/// As PNG wants it.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| match sum & 1 {
            1 => (sum >> 1) ^ 0xEDB8_8320,
            _ => sum >> 1,
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_spoilt_picture_never_ends_in_more_than_a_refusal(
        places in prop::collection::vec((0_usize..4_000, any::<u8>()), 1..40),
        jpeg in any::<bool>(),
    ) {
        let format = if jpeg { ImageFormat::Jpeg } else { ImageFormat::Png };
        let picture = DynamicImage::ImageLuma8(drawn(TEXT, 4, (20, 20), (220, 220)));
        let mut bytes = STANDARD.decode(saved(&picture, format)).expect("base64");
        for (place, byte) in places {
            let at = place % bytes.len();
            bytes[at] = byte;
        }
        if let Ok(text) = read_text(&STANDARD.encode(&bytes)) {
            prop_assert!(text.len() <= 1_000 && !text.chars().any(char::is_control));
        }
    }
}
