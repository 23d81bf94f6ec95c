//! The owner's pictures for the customers' window while nobody is paying: made small enough, without what a camera
//! writes beside them, and kept as files in a folder of their own. Which are shown, and in which order, is in the settings.

use super::picture::{on_white, open};
use crate::{api::UiError, settings::customer::PICTURES_MAX};
use base64::{Engine, engine::general_purpose::STANDARD};
use image::{DynamicImage, codecs::jpeg::JpegEncoder, imageops::FilterType};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// The folder's name.
const FOLDER: &str = "pictures";
/// No side of a picture is longer: a customers' monitor seldom has more dots.
const SIDE: u32 = 1920;
/// The same of the one that settings show.
const SMALL_SIDE: u32 = 320;
/// Of 100; less is seen on large even colours.
const QUALITY: u8 = 85;
/// A picture that nobody put into the settings for so long was never wanted: a page may stay open over a shop's day.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);
/// So many that are in no settings lie here at most; of more, the newest.
const UNSAVED_MAX: usize = PICTURES_MAX;

/// Where they lie.
#[derive(Debug, Clone)]
pub(crate) struct Pictures(PathBuf);

/// Whether it is the name of a picture: nothing else ever becomes part of a path.
pub(crate) fn is_id(id: &str) -> bool {
    id.len() == 16 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

impl Pictures {
    pub(crate) fn below(data_dir: &Path) -> Self {
        Self(data_dir.join(FOLDER))
    }

    fn file(&self, id: &str, small: bool) -> Option<PathBuf> {
        let end = if small { "small.jpg" } else { "jpg" };
        is_id(id).then(|| self.0.join(format!("{id}.{end}")))
    }

    /// Keeps a picture, and answers its name. `wanted` are those in the settings.
    pub(crate) async fn add(
        &self,
        picture: String,
        wanted: Vec<String>,
    ) -> Result<String, UiError> {
        if wanted.len() >= PICTURES_MAX {
            return Err(UiError::invalid("pictures_many"));
        }
        let pictures = self.clone();
        open(picture, move |picture| {
            let large = jpeg(&picture, SIDE)?;
            let small = jpeg(&picture, SMALL_SIDE)?;
            pictures.keep(&large, &small, &wanted).map_err(|error| {
                tracing::error!(%error, "a picture could not be kept");
                UiError::new("storage")
            })
        })
        .await
    }

    fn keep(&self, large: &[u8], small: &[u8], wanted: &[String]) -> io::Result<String> {
        fs::create_dir_all(&self.0)?;
        self.sweep(wanted);
        let mut name = [0; 8];
        getrandom::fill(&mut name).map_err(io::Error::other)?;
        let id: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        // The large one last: where it is, both are.
        for (bytes, is_small) in [(small, true), (large, false)] {
            if let Some(file) = self.file(&id, is_small) {
                let unfinished = file.with_extension("unfinished");
                let mut written = fs::File::create(&unfinished)?;
                written.write_all(bytes)?;
                // A file that has its name and nothing in it would be all that a power cut leaves.
                written.sync_all()?;
                drop(written);
                fs::rename(&unfinished, &file)?;
            }
        }
        Ok(id)
    }

    /// Takes away what is in no settings and was never wanted, so that the folder stays small: one more has room then.
    fn sweep(&self, wanted: &[String]) {
        let wanted: BTreeSet<&str> = wanted.iter().map(String::as_str).collect();
        let mut unsaved: BTreeMap<String, (Duration, Vec<PathBuf>)> = BTreeMap::new();
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let id = name.split('.').next().unwrap_or_default();
            let written = entry.metadata().and_then(|about| about.modified());
            let Ok(age) =
                written.map(|at| SystemTime::now().duration_since(at).unwrap_or_default())
            else {
                continue;
            };
            if is_id(id) && !wanted.contains(id) {
                let (oldest, files) = unsaved.entry(id.to_owned()).or_default();
                *oldest = age.max(*oldest);
                files.push(entry.path());
            }
        }
        let mut unsaved: Vec<_> = unsaved.into_values().collect();
        unsaved.sort_by_key(|(age, _)| *age);
        for (at, (age, files)) in unsaved.into_iter().enumerate() {
            if at + 1 >= UNSAVED_MAX || age > ABANDONED {
                for file in files {
                    let _ = fs::remove_file(file);
                }
            }
        }
    }

    /// A picture as a `data:` address; `not_found` where its file is gone.
    pub(crate) async fn read(&self, id: &str, small: bool) -> Result<String, UiError> {
        let not_found = || UiError::new("not_found");
        let file = self.file(id, small).ok_or_else(not_found)?;
        let bytes = tokio::fs::read(&file).await.map_err(|error| {
            tracing::warn!(%error, "a picture for customers could not be read");
            not_found()
        })?;
        Ok(format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes)))
    }

    /// Those of these that are there.
    pub(crate) fn there(&self, ids: &[String]) -> Vec<String> {
        let is_one = |file: PathBuf| {
            fs::metadata(file).is_ok_and(|about| about.is_file() && about.len() > 0)
        };
        let there = |id: &&String| self.file(id, false).is_some_and(is_one);
        ids.iter().filter(there).cloned().collect()
    }

    /// What the owner has taken out of the settings goes from the disk, too.
    pub(crate) fn forget(&self, before: &[String], now: &[String]) {
        for id in before.iter().filter(|id| !now.contains(id)) {
            for file in [self.file(id, true), self.file(id, false)]
                .into_iter()
                .flatten()
            {
                match fs::remove_file(file) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        tracing::warn!(%error, "a picture for customers could not be deleted");
                    }
                    _ => {}
                }
            }
        }
    }
}

/// The picture again, of this size at most.
fn jpeg(picture: &DynamicImage, side: u32) -> Result<Vec<u8>, UiError> {
    let scaled = (picture.width().max(picture.height()) > side).then(|| scaled(picture, side));
    let plain = on_white(scaled.as_ref().unwrap_or(picture));
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(&plain)
        .map_err(|_| UiError::invalid("picture"))?;
    Ok(bytes)
}

/// The picture with a longest side of this. A far larger one is thinned out first, since fine scaling needs much room
/// for each dot that it begins with.
fn scaled(picture: &DynamicImage, side: u32) -> DynamicImage {
    let longest = picture.width().max(picture.height()).max(1);
    let part = |long: u32| {
        let rounded =
            (u64::from(long) * u64::from(side) + u64::from(longest / 2)) / u64::from(longest);
        u32::try_from(rounded).unwrap_or(side).max(1)
    };
    let (width, height) = (part(picture.width()), part(picture.height()));
    let thin = (longest / 2 > side).then(|| picture.thumbnail_exact(width * 2, height * 2));
    thin.as_ref()
        .unwrap_or(picture)
        .resize_exact(width, height, FilterType::CatmullRom)
}

#[cfg(test)]
mod tests;
