//! Reads the shop's payment code out of a picture that the owner chose: a photo of the stand on the counter, or the
//! picture that the platform's app saved. Whatever the picture is, it costs a bounded time and memory.

use super::picture;
use crate::api::UiError;
use devices::display::Qr;
use image::{DynamicImage, GrayImage, imageops::FilterType};
use std::collections::BTreeSet;

/// The longest sides at which a code is looked for: large for a code far away, small for one that is not sharp.
const SIDES: [u32; 3] = [1600, 800, 400];

/// What the one code in the picture says. Refused as `invalid` with the field `picture` (none that we read),
/// `picture_size`, `no_code`, `several_codes`, or `code` (not one that can be shown).
pub(super) async fn read(picture: String) -> Result<String, UiError> {
    picture::open(picture, read_now).await
}

fn read_now(picture: DynamicImage) -> Result<String, UiError> {
    let grey = grey(picture);
    let mut found = BTreeSet::new();
    for (side, inverted) in SIDES
        .iter()
        .map(|side| (*side, false))
        .chain([(SIDES[1], true)])
    {
        found.extend(codes(&grey, side, inverted));
        if !found.is_empty() {
            break;
        }
    }
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (None, _) => Err(UiError::invalid("no_code")),
        (Some(_), Some(_)) => Err(UiError::invalid("several_codes")),
        (Some(text), None) => match Qr::new(&text, "") {
            Some(_) => Ok(text),
            None => Err(UiError::invalid("code")),
        },
    }
}

/// The picture in shades of grey, on white where it lets through.
fn grey(picture: DynamicImage) -> GrayImage {
    let mut shades = small(picture).to_luma_alpha8();
    for pixel in shades.pixels_mut() {
        let [shade, seen] = pixel.0.map(u16::from);
        let on_white = (shade * seen + 255 * (255 - seen)) / 255;
        pixel.0 = [u8::try_from(on_white).unwrap_or(u8::MAX), u8::MAX];
    }
    DynamicImage::ImageLumaA8(shades).to_luma8()
}

/// As large as the largest size at which codes are looked for, so that nothing later is slow.
fn small(picture: DynamicImage) -> DynamicImage {
    if picture.width().max(picture.height()) <= SIDES[0] {
        return picture;
    }
    picture.resize(SIDES[0], SIDES[0], FilterType::Triangle)
}

fn codes(grey: &GrayImage, side: u32, inverted: bool) -> Vec<String> {
    let scaled;
    let grey = match grey.width().max(grey.height()) > side {
        true => {
            let whole = DynamicImage::ImageLuma8(grey.clone());
            scaled = whole.resize(side, side, FilterType::Triangle).to_luma8();
            &scaled
        }
        false => grey,
    };
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    let shade = |x: usize, y: usize| {
        let shade = grey.as_raw().get(y * width + x).copied().unwrap_or(u8::MAX);
        if inverted { u8::MAX - shade } else { shade }
    };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, shade);
    let grids = picture.detect_grids();
    grids
        .iter()
        .take(8)
        .filter_map(|grid| grid.decode().ok().map(|(_, text)| text))
        .collect()
}

#[cfg(test)]
mod tests;
