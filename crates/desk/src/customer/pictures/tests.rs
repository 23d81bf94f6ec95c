//! Pictures as owners have them: made small, upright, on white, without what a camera writes beside them.

use super::*;
use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use std::io::Cursor;

fn saved(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .into()
        .write_to(&mut bytes, format)
        .expect("a picture");
    bytes.into_inner()
}

fn text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

async fn kept(pictures: &Pictures, bytes: &[u8], small: bool) -> DynamicImage {
    let id = pictures.add(text(bytes), Vec::new()).await.expect("kept");
    let address = pictures.read(&id, small).await.expect("read");
    let base64 = address
        .strip_prefix("data:image/jpeg;base64,")
        .expect("an address");
    let bytes = STANDARD.decode(base64).expect("base64");
    image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).expect("a JPEG")
}

/// What a camera writes beside a JPEG: that it lies on its side, and where it was taken.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut exif =
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(b"taken at our home");
    let length = u16::try_from(exif.len() + 2).expect("short");
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend_from_slice(&[0xff, 0xe1]);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&exif);
    bytes.extend_from_slice(&jpeg[2..]);
    bytes
}

#[tokio::test]
async fn a_large_photo_is_made_small_and_keeps_its_shape() {
    let dir = tempfile::tempdir().expect("a folder");
    let pictures = Pictures::below(dir.path());
    let photo = RgbImage::from_pixel(3000, 2000, Rgb([200, 30, 30]));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let bytes = saved(photo.clone(), format);
        let large = kept(&pictures, &bytes, false).await;
        assert_eq!((large.width(), large.height()), (1920, 1280), "{format:?}");
        let small = kept(&pictures, &bytes, true).await;
        assert_eq!((small.width(), small.height()), (320, 213), "{format:?}");
        let [red, green, _] = large.to_rgb8().get_pixel(900, 600).0;
        assert!(red > 180 && green < 60, "{format:?}: {red} {green}");
    }
    // A small one stays as it is.
    let small = saved(RgbImage::new(64, 48), ImageFormat::Png);
    let same = kept(&pictures, &small, false).await;
    assert_eq!((same.width(), same.height()), (64, 48));
}

#[tokio::test]
async fn a_picture_that_lies_is_set_upright_and_what_the_camera_wrote_is_gone() {
    let dir = tempfile::tempdir().expect("a folder");
    let pictures = Pictures::below(dir.path());
    let photo = with_exif(&saved(RgbImage::new(60, 40), ImageFormat::Jpeg));
    let upright = kept(&pictures, &photo, false).await;
    assert_eq!((upright.width(), upright.height()), (40, 60));
    for entry in fs::read_dir(dir.path().join(FOLDER))
        .expect("a folder")
        .flatten()
    {
        let bytes = fs::read(entry.path()).expect("a file");
        let home = bytes.windows(8).any(|part| part == b"our home");
        assert!(!home, "{:?} tells where it was taken", entry.path());
    }
}

#[tokio::test]
async fn what_lets_through_lies_on_white() {
    let dir = tempfile::tempdir().expect("a folder");
    let pictures = Pictures::below(dir.path());
    let clear = RgbaImage::from_pixel(32, 32, Rgba([0, 0, 0, 0]));
    let white = kept(&pictures, &saved(clear, ImageFormat::Png), false).await;
    assert!(white.to_luma8().pixels().all(|dot| dot.0[0] > 250));
}

#[tokio::test]
async fn what_is_no_picture_or_one_too_many_leaves_nothing_behind() {
    let dir = tempfile::tempdir().expect("a folder");
    let pictures = Pictures::below(dir.path());
    let bytes = saved(RgbImage::new(64, 48), ImageFormat::Png);
    let many = (0..PICTURES_MAX).map(|id| format!("{id:016x}")).collect();
    for (picture, wanted, field) in [
        (
            text(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
            vec![],
            "picture",
        ),
        (
            text(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            vec![],
            "picture",
        ),
        (text(&bytes[..60]), vec![], "picture"),
        (text(&bytes), many, "pictures_many"),
    ] {
        let refused = pictures.add(picture, wanted).await;
        assert_eq!(refused, Err(UiError::invalid(field)));
    }
    assert!(!dir.path().join(FOLDER).exists());
}

#[tokio::test]
async fn no_name_leads_out_of_the_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("settings.json"), "{}").expect("written");
    let pictures = Pictures::below(dir.path());
    for id in [
        "../settings.json",
        "",
        "0123456789ABCDEF",
        "0123456789abcde/",
    ] {
        assert!(!is_id(id));
        let refused = pictures.read(id, false).await;
        assert_eq!(refused, Err(UiError::new("not_found")), "{id}");
        pictures.forget(&[id.to_owned()], &[]);
    }
    assert!(dir.path().join("settings.json").exists());
}

#[tokio::test]
async fn what_nobody_wanted_for_a_day_goes_when_the_next_one_comes() {
    let dir = tempfile::tempdir().expect("a folder");
    let pictures = Pictures::below(dir.path());
    let picture = text(&saved(RgbImage::new(64, 48), ImageFormat::Png));
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(pictures.add(picture.clone(), vec![]).await.expect("kept"));
    }
    let long_ago = SystemTime::now() - ABANDONED - Duration::from_secs(1);
    for id in &ids[..2] {
        for small in [true, false] {
            let file = pictures.file(id, small).expect("a name");
            let file = fs::File::options().write(true).open(file).expect("there");
            file.set_modified(long_ago).expect("aged");
        }
    }
    let wanted = vec![ids[0].clone()];
    let new = pictures.add(picture, wanted).await.expect("kept");
    ids.push(new);
    // The first is wanted, the third and the new one were added just now.
    let stay = vec![ids[0].clone(), ids[2].clone(), ids[3].clone()];
    assert_eq!(pictures.there(&ids), stay);
}

#[tokio::test]
async fn pictures_that_are_never_saved_do_not_fill_the_disk() {
    let dir = tempfile::tempdir().expect("a folder");
    let pictures = Pictures::below(dir.path());
    let picture = text(&saved(RgbImage::new(16, 12), ImageFormat::Png));
    let first = pictures.add(picture.clone(), vec![]).await.expect("kept");
    let wanted = vec![first.clone()];
    let mut ids = Vec::new();
    let now = SystemTime::now();
    for at in 0..UNSAVED_MAX + 3 {
        let id = pictures.add(picture.clone(), wanted.clone()).await;
        let id = id.expect("kept");
        // Some disks write times down coarsely: each is a minute younger than the one before it.
        let minutes = u64::try_from(UNSAVED_MAX + 3 - at).expect("few");
        for small in [true, false] {
            let file = pictures.file(&id, small).expect("a name");
            let file = fs::File::options().write(true).open(file).expect("there");
            let written = now - Duration::from_secs(60 * minutes);
            file.set_modified(written).expect("aged");
        }
        ids.push(id);
    }
    assert_eq!(pictures.there(&ids), ids[3..], "the newest");
    assert_eq!(pictures.there(&wanted), wanted, "what is wanted stays");
    let files = fs::read_dir(dir.path().join(FOLDER)).expect("a folder");
    assert_eq!(files.count(), 2 * (UNSAVED_MAX + 1));
}

#[tokio::test]
async fn a_file_without_a_picture_in_it_is_not_there() {
    let dir = tempfile::tempdir().expect("a folder");
    let pictures = Pictures::below(dir.path());
    let picture = text(&saved(RgbImage::new(16, 12), ImageFormat::Png));
    let ids = vec![pictures.add(picture, vec![]).await.expect("kept")];
    assert_eq!(pictures.there(&ids), ids);
    let file = pictures.file(&ids[0], false).expect("a name");
    fs::write(file, b"").expect("emptied");
    assert!(pictures.there(&ids).is_empty());
}
