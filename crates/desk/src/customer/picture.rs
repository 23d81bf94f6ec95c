//! A picture that the owner chose, as it comes from a page. Whatever it is, it costs a bounded time and memory.

use crate::api::UiError;
use base64::{Engine, engine::general_purpose::STANDARD};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use std::io::Cursor;

/// The largest picture, in bytes: a phone's photo.
pub(super) const BYTES_MAX: usize = 12 * 1024 * 1024;
/// No side is longer.
const SIDE_MAX: u32 = 10_000;
/// What decoding may take.
const MEMORY_MAX: u64 = 128 * 1024 * 1024;

/// One at a time: a page that sends many waits.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Opens a picture and makes something of it, beside what else the desk does. It is a PNG, a JPEG or a WebP in base64,
/// also as a `data:` address; refused as `invalid` with the field `picture` or `picture_size`.
pub(super) async fn open<T: Send + 'static>(
    picture: String,
    make: impl FnOnce(DynamicImage) -> Result<T, UiError> + Send + 'static,
) -> Result<T, UiError> {
    if picture.len() > BYTES_MAX / 3 * 4 + 64 {
        return Err(UiError::invalid("picture_size"));
    }
    let _turn = TURN.lock().await;
    // What panics in a decoder that a stranger's picture misleads ends there.
    tokio::task::spawn_blocking(move || make(decoded(&picture)?))
        .await
        .unwrap_or_else(|_| Err(UiError::invalid("picture")))
}

/// The picture, upright.
pub(super) fn decoded(picture: &str) -> Result<DynamicImage, UiError> {
    let unreadable = || UiError::invalid("picture");
    let base64 = match picture.split_once(";base64,") {
        Some((_, base64)) => base64,
        None => picture,
    };
    let bytes = STANDARD.decode(base64.trim()).map_err(|_| unreadable())?;
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| unreadable())?;
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP];
    if !reader
        .format()
        .is_some_and(|format| known.contains(&format))
    {
        return Err(unreadable());
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(MEMORY_MAX);
    reader.limits(limits.clone());
    let refused = |error| match error {
        image::ImageError::Limits(_) => UiError::invalid("picture_size"),
        _ => unreadable(),
    };
    let mut decoder = reader.into_decoder().map_err(refused)?;
    // The reader gives them to some decoders only.
    decoder.set_limits(limits).map_err(refused)?;
    if decoder.total_bytes() > MEMORY_MAX {
        return Err(UiError::invalid("picture_size"));
    }
    // A phone held upright saves a picture that lies, with a word that says so.
    let turned = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    if let Some(turned) = turned {
        picture.apply_orientation(turned);
    }
    Ok(picture)
}

/// The picture on white, where it lets through.
pub(super) fn on_white(picture: &DynamicImage) -> RgbImage {
    let mut plain = RgbImage::new(picture.width(), picture.height());
    for (dot, from) in plain.pixels_mut().zip(picture.to_rgba8().pixels()) {
        let [red, green, blue, seen] = from.0.map(u16::from);
        let laid =
            |shade: u16| u8::try_from((shade * seen + 255 * (255 - seen)) / 255).unwrap_or(u8::MAX);
        *dot = Rgb([laid(red), laid(green), laid(blue)]);
    }
    plain
}
