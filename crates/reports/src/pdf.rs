//! A paper as a PDF: A4, text as text, its fonts embedded as far as they are used, fit for an archive (PDF/A).
//!
//! `fonts`: letters of this computer's fonts, shaped. `page`: where everything stands. Here: the document around it.
//! `dots`: the same pages drawn, for whoever takes no document.

// Places on paper are fractions of a point; no money is among them.
#![allow(clippy::float_arithmetic, reason = "places on paper")]

mod dots;
mod fonts;
mod page;

pub use dots::{Dots, dots};

use crate::paper::Paper;
use fonts::Fonts;
use krilla::{
    Document, SerializeSettings,
    color::luma,
    configure::{Archival, ConfigurationBuilder},
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    page::PageSettings,
    paint::Fill,
};
use page::{HEIGHT, Op, WIDTH};

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// No font of this computer that may be embedded has these letters.
    #[error("no font has the letters {letters}")]
    NoLetters {
        /// Some of them.
        letters: String,
        /// A font that has them, where one is known by name.
        install: &'static str,
    },
    /// This computer has no font that may be embedded.
    #[error("there is no font that may be embedded")]
    NoFont,
    /// The document could not be made of it.
    #[error("the document could not be made: {0}")]
    Document(String),
}

/// The paper as a document. Takes a moment the first time: fonts are looked for.
pub fn document(paper: &Paper) -> Result<Vec<u8>, PdfError> {
    let mut fonts = Fonts::of_system(&paper.language)?;
    let pages = page::lay(paper, &mut fonts)?;
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_U)
        .finish()
        .map_err(|error| PdfError::Document(format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    document.set_metadata(metadata(paper));
    for ops in &pages {
        let Some(settings) = PageSettings::from_wh(WIDTH, HEIGHT) else {
            continue;
        };
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for op in ops {
            match op {
                Op::Text { x, y, line } => {
                    surface.set_fill(Some(grey(0)));
                    for run in &line.runs {
                        let start = Point::from_xy(x + run.x, *y);
                        let font = run.font.clone();
                        surface.draw_glyphs(start, &run.glyphs, font, &line.text, run.size, false);
                    }
                }
                Op::Block {
                    x,
                    y,
                    wide,
                    high,
                    shade,
                } => {
                    surface.set_fill(Some(grey(*shade)));
                    let mut path = PathBuilder::new();
                    if let Some(rect) = Rect::from_xywh(*x, *y, *wide, *high) {
                        path.push_rect(rect);
                    }
                    if let Some(path) = path.finish() {
                        surface.draw_path(&path);
                    }
                }
            }
        }
        surface.finish();
        page.finish();
    }
    document
        .finish()
        .map_err(|error| PdfError::Document(error.to_string()))
}

fn grey(shade: u8) -> Fill {
    Fill {
        paint: luma::Color::new(shade).into(),
        ..Fill::default()
    }
}

fn metadata(paper: &Paper) -> Metadata {
    let title = format!("{} {} {}", paper.shop, paper.title, paper.day);
    let metadata = Metadata::new()
        .title(title.trim().to_owned())
        .language(paper.language.clone())
        .creator("Tillbell".to_owned())
        .producer("Tillbell".to_owned());
    let Ok(made) = jiff::Timestamp::from_millisecond(paper.made_at) else {
        return metadata;
    };
    let utc = made.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |part: i8| part.unsigned_abs();
    metadata.creation_date(
        DateTime::new(utc.year().unsigned_abs())
            .month(part(utc.month()))
            .day(part(utc.day()))
            .hour(part(utc.hour()))
            .minute(part(utc.minute()))
            .second(part(utc.second()))
            .utc_offset_hour(0)
            .utc_offset_minute(0),
    )
}
