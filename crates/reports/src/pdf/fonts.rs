//! Letters of this computer's fonts for a document: found, allowed to be embedded, shaped in any script, none missing
//! unnoticed.

use super::PdfError;
use cosmic_text::{
    Attrs, Buffer, Family, FeatureTag, FontFeatures, FontSystem, LayoutGlyph, Metrics, Shaping,
    Weight, Wrap, fontdb,
};
use krilla::text::{Font, GlyphId, KrillaGlyph, Tag};
use std::collections::{BTreeSet, HashMap};
use ttf_parser::{Face, Permissions};

/// Families whose letters are quiet and whose figures are all as wide as each other; the first that is there is taken.
const CHINESE: [&str; 8] = [
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "SimHei",
];
const OTHERS: [&str; 7] = [
    "Noto Sans",
    "Segoe UI",
    "Helvetica Neue",
    "Arial",
    "Liberation Sans",
    "DejaVu Sans",
    "Roboto",
];
/// A free font with the letters of Chinese, Japanese and Korean.
const HAN_FONT: &str = "Noto Sans CJK SC";
/// A free family with all other letters.
const OTHER_FONT: &str = "Noto Sans";
/// So many letters are named that no font has.
const NAMED_MAX: usize = 12;

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    pub(super) size: f32,
    pub(super) bold: bool,
}

/// One line of text, shaped.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) wide: f32,
    pub(super) runs: Vec<Run>,
    /// The same letters as they were laid, to be drawn.
    pub(super) glyphs: Vec<LayoutGlyph>,
}

/// Letters of one font that follow on each other.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) x: f32,
    pub(super) size: f32,
    pub(super) font: Font,
    pub(super) glyphs: Vec<KrillaGlyph>,
}

/// The fonts that may be embedded.
pub(super) struct Fonts {
    pub(super) system: FontSystem,
    family: Option<String>,
    ready: HashMap<(fontdb::ID, u16), Font>,
}

impl Fonts {
    /// Looks through the system's fonts.
    pub(super) fn of_system(language: &str) -> Result<Self, PdfError> {
        let mut known = fontdb::Database::new();
        known.load_system_fonts();
        Self::of(known, language)
    }

    pub(super) fn of(mut known: fontdb::Database, language: &str) -> Result<Self, PdfError> {
        let all: Vec<fontdb::ID> = known.faces().map(|face| face.id).collect();
        for id in all {
            let may = known.with_face_data(id, |data, index| {
                Face::parse(data, index).is_ok_and(|face| may_be_embedded(&face))
            });
            if may != Some(true) {
                known.remove_face(id);
            }
        }
        if known.is_empty() {
            return Err(PdfError::NoFont);
        }
        let wanted = match language.starts_with("zh") {
            true => CHINESE.iter().chain(&OTHERS),
            false => OTHERS.iter().chain(&CHINESE),
        };
        let has = |family: &str| {
            let query = fontdb::Query {
                families: &[fontdb::Family::Name(family)],
                ..fontdb::Query::default()
            };
            known.query(&query).is_some()
        };
        let family = { wanted }.find(|family| has(family));
        Ok(Self {
            family: family.map(|family| (*family).to_owned()),
            system: FontSystem::new_with_locale_and_db(language.to_owned(), known),
            ready: HashMap::new(),
        })
    }

    /// Text in one line, or in as many as fit between the edges.
    pub(super) fn shape(
        &mut self,
        text: &str,
        look: Look,
        within: Option<f32>,
    ) -> Result<Vec<Line>, PdfError> {
        let (lines, missing) = self.try_shape(&clean(text), look, within)?;
        if missing.is_empty() {
            return Ok(lines);
        }
        let letters = missing.iter().filter(|c| c.is_alphabetic());
        let letters: String = letters.take(NAMED_MAX).collect();
        if !letters.is_empty() {
            let han = |c: char| ('\u{2e80}'..='\u{9fff}').contains(&c) || c >= '\u{20000}';
            let install = match letters.chars().any(han) {
                true => HAN_FONT,
                false => OTHER_FONT,
            };
            return Err(PdfError::NoLetters { letters, install });
        }
        // Signs and faces that no font has stand there by their numbers, so that nobody overlooks them.
        let spelt: String = clean(text)
            .chars()
            .map(|c| match missing.contains(&c) {
                true => format!("[U+{:04X}]", u32::from(c)),
                false => c.to_string(),
            })
            .collect();
        let (lines, missing) = self.try_shape(&spelt, look, within)?;
        match missing.is_empty() {
            true => Ok(lines),
            false => Err(PdfError::NoLetters {
                letters: missing.into_iter().take(NAMED_MAX).collect(),
                install: OTHER_FONT,
            }),
        }
    }

    fn try_shape(
        &mut self,
        text: &str,
        look: Look,
        within: Option<f32>,
    ) -> Result<(Vec<Line>, BTreeSet<char>), PdfError> {
        let mut buffer = Buffer::new_empty(Metrics::new(look.size, look.size));
        // A word of a stranger's may have no end.
        buffer.set_wrap(match within {
            Some(_) => Wrap::WordOrGlyph,
            None => Wrap::None,
        });
        buffer.set_size(within, None);
        let mut features = FontFeatures::new();
        features.enable(FeatureTag::new(b"tnum"));
        let family = self.family.as_deref();
        let attrs = Attrs::new()
            .family(family.map_or(Family::SansSerif, Family::Name))
            .weight(match look.bold {
                true => Weight::BOLD,
                false => Weight::NORMAL,
            })
            .font_features(features);
        buffer.set_text(text, &attrs, Shaping::Advanced, None);
        buffer.shape_until_scroll(&mut self.system, false);
        let mut missing = BTreeSet::new();
        let mut lines = Vec::new();
        for laid in buffer.layout_runs() {
            for glyph in laid.glyphs.iter().filter(|glyph| glyph.glyph_id == 0) {
                missing.extend(laid.text[glyph.start..glyph.end].chars());
            }
            lines.push((laid.text.to_owned(), laid.line_w, laid.glyphs.to_vec()));
        }
        if !missing.is_empty() {
            return Ok((Vec::new(), missing));
        }
        let lines = lines
            .into_iter()
            .map(|(text, wide, glyphs)| {
                Ok(Line {
                    runs: self.runs(&glyphs)?,
                    text,
                    wide,
                    glyphs,
                })
            })
            .collect::<Result<_, PdfError>>()?;
        Ok((lines, missing))
    }

    fn runs(&mut self, glyphs: &[LayoutGlyph]) -> Result<Vec<Run>, PdfError> {
        let of_one_font = |a: &LayoutGlyph, b: &LayoutGlyph| {
            (a.font_id, a.font_weight) == (b.font_id, b.font_weight)
        };
        let mut runs = Vec::new();
        for run in glyphs.chunk_by(of_one_font) {
            let Some(first) = run.first() else {
                continue;
            };
            runs.push(Run {
                x: first.x,
                size: first.font_size,
                font: self.font(first)?,
                glyphs: run.iter().map(glyph).collect(),
            });
        }
        Ok(runs)
    }

    fn font(&mut self, glyph: &LayoutGlyph) -> Result<Font, PdfError> {
        let key = (glyph.font_id, glyph.font_weight.0);
        if let Some(ready) = self.ready.get(&key) {
            return Ok(ready.clone());
        }
        let made = self.system.db().with_face_data(glyph.font_id, |data, at| {
            let varies = Face::parse(data, at).is_ok_and(|face| face.is_variable());
            let weight = [(Tag::new(b"wght"), f32::from(glyph.font_weight.0))];
            let places: &[(Tag, f32)] = if varies { &weight } else { &[] };
            Font::new_variable(data.to_vec().into(), at, places)
        });
        let broken = || PdfError::Document("a font cannot be read".to_owned());
        let font = made.flatten().ok_or_else(broken)?;
        self.ready.insert(key, font.clone());
        Ok(font)
    }
}

fn glyph(glyph: &LayoutGlyph) -> KrillaGlyph {
    KrillaGlyph::new(
        GlyphId::new(glyph.glyph_id.into()),
        glyph.w / glyph.font_size,
        glyph.x_offset,
        glyph.y_offset,
        0.0,
        glyph.start..glyph.end,
        None,
    )
}

/// Whether its maker lets it be embedded as a part of itself, and whether it is of outlines at all.
fn may_be_embedded(face: &Face<'_>) -> bool {
    let tables = face.tables();
    let drawn = tables.glyf.is_some() || tables.cff.is_some() || tables.cff2.is_some();
    let allowed = match tables.os2 {
        Some(os2) => {
            !matches!(os2.permissions(), None | Some(Permissions::Restricted))
                && os2.is_subsetting_allowed()
                && os2.is_outline_embedding_allowed()
        }
        // A font that does not say is an old free one.
        None => true,
    };
    drawn && allowed
}

/// One line, without what steers terminals and the order of letters.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !domain::payment::is_hidden(*c))
        .collect()
}
