//! Pages of dots as a PDF. No text is in it: letters were drawn already, in whatever script, and paper has no use for
//! letters that can be selected.

use super::pages::Page;
use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref};

/// Good enough for dots, and quick.
const LEVEL: u8 = 6;

/// The pages as a document.
#[allow(clippy::cast_precision_loss, reason = "points of a page are small")]
pub(super) fn document(pages: &[Page]) -> Vec<u8> {
    let (catalog, tree) = (Ref::new(1), Ref::new(2));
    // Each page is three objects: itself, what it does, its picture.
    let object =
        |page: usize, part: usize| Ref::new(i32::try_from(3 + page * 3 + part).unwrap_or(i32::MAX));
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    let kids = (0..pages.len()).map(|at| object(at, 0));
    pdf.pages(tree).kids(kids).count(count);
    let name = Name(b"Receipt");
    for (at, page) in pages.iter().enumerate() {
        let (this, does, picture) = (object(at, 0), object(at, 1), object(at, 2));
        let mut one = pdf.page(this);
        one.parent(tree)
            .media_box(Rect::new(0.0, 0.0, page.width as f32, page.height as f32))
            .contents(does);
        one.resources().x_objects().pair(name, picture);
        one.finish();
        let below = page.height.saturating_sub(page.top + page.picture_height);
        let mut content = Content::new();
        content.save_state();
        content.transform([
            page.picture_width as f32,
            0.0,
            0.0,
            page.picture_height as f32,
            page.left as f32,
            below as f32,
        ]);
        content.x_object(name).restore_state();
        pdf.stream(does, &content.finish());
        // In a PDF's picture 1 is white.
        let shades: Vec<u8> = (0..page.dots.rows())
            .flat_map(|row| page.dots.row(row).iter().map(|byte| !byte))
            .collect();
        let packed = compress_to_vec_zlib(&shades, LEVEL);
        let mut image = pdf.image_xobject(picture, &packed);
        image.filter(Filter::FlateDecode);
        image.width(i32::try_from(page.dots.width()).unwrap_or(1));
        image.height(i32::try_from(page.dots.rows()).unwrap_or(1));
        image.color_space().device_gray();
        image.bits_per_component(1);
        image.finish();
    }
    pdf.finish()
}
