//! Where a drawn receipt, or a page that is drawn whole, stands on its paper. Pure, in whole units.

use devices::printer::bitmap::Bitmap;

/// Dots of a receipt in an inch.
const DOTS: usize = 203;
/// So far upwards a place to break a long receipt is looked for, in dots.
const BREAK_WITHIN: usize = 240;

/// A paper in units of which so many make an inch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paper {
    pub(super) inch: usize,
    pub(super) width: usize,
    /// A roll has none: it is as long as it needs to be.
    pub(super) height: Option<usize>,
    /// Nothing stands nearer to its edges.
    pub(super) margin: usize,
}

/// One page: its size, and where the picture stands from the left and from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) picture_width: usize,
    pub(super) picture_height: usize,
    /// Its dots.
    pub(super) dots: Bitmap,
}

/// The receipts of one job on their paper, each beginning a new page. One that is wider than the paper is made smaller.
pub(super) fn lay(receipts: &[Bitmap], paper: Paper) -> Vec<Page> {
    let Paper {
        width,
        height,
        margin,
        ..
    } = paper;
    let room = |whole: usize| whole.saturating_sub(2 * margin).max(1);
    let mut pages = Vec::new();
    for receipt in receipts {
        let picture_width = (receipt.width() * paper.inch / DOTS)
            .min(room(width))
            .max(1);
        let high = |rows: usize| (rows * picture_width / receipt.width()).max(1);
        let most = height.map(|height| (room(height) * receipt.width() / picture_width).max(1));
        let mut row = 0;
        while row < receipt.rows() {
            let rows = most.map_or(receipt.rows() - row, |most| rows(receipt, row, most));
            let picture_height = high(rows);
            pages.push(Page {
                width,
                height: height.unwrap_or(picture_height + 2 * margin),
                left: width.saturating_sub(picture_width) / 2,
                top: margin,
                picture_width,
                picture_height,
                dots: part(receipt, row, rows),
            });
            row += rows;
        }
    }
    pages
}

/// Dots of a whole page in an inch.
#[cfg(any(windows, test))]
pub(super) const WHOLE: u16 = 300;

/// Whole pages on their paper: at their own size, or as large as the paper lets them be, in the middle. CUPS is
/// given a document instead.
#[cfg(any(windows, test))]
pub(super) fn lay_whole(sheets: Vec<Bitmap>, paper: Paper) -> Vec<Page> {
    let Paper {
        inch,
        width,
        margin,
        ..
    } = paper;
    let room = |whole: usize| whole.saturating_sub(2 * margin).max(1);
    let page = |dots: Bitmap| {
        let own = |dots: usize| (dots * inch / usize::from(WHOLE)).max(1);
        let (wide, high) = (own(dots.width()), own(dots.rows()));
        let height = paper.height.unwrap_or(high + 2 * margin);
        // Whichever edge it would go over first.
        let (picture_width, picture_height) = match (wide <= room(width), high <= room(height)) {
            (true, true) => (wide, high),
            _ if wide * room(height) >= high * room(width) => {
                (room(width), (high * room(width) / wide).max(1))
            }
            _ => ((wide * room(height) / high).max(1), room(height)),
        };
        Page {
            width,
            height,
            left: width.saturating_sub(picture_width) / 2,
            top: height.saturating_sub(picture_height) / 2,
            picture_width,
            picture_height,
            dots,
        }
    };
    sheets.into_iter().map(page).collect()
}

/// So many rows fit, and better end between two lines of text than in one.
fn rows(receipt: &Bitmap, from: usize, most: usize) -> usize {
    if receipt.rows() - from <= most {
        return receipt.rows() - from;
    }
    let white = |row: &usize| receipt.row(from + row).iter().all(|byte| *byte == 0);
    let near = most.saturating_sub(BREAK_WITHIN).max(1);
    (near..most).rev().find(white).unwrap_or(most)
}

fn part(receipt: &Bitmap, from: usize, rows: usize) -> Bitmap {
    let bytes: Vec<u8> = (from..from + rows)
        .flat_map(|row| receipt.row(row).iter().copied())
        .collect();
    Bitmap::from_bytes(receipt.bytes_a_row(), rows, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two lines of text, each 30 dots high with 10 white ones below, again and again.
    fn lined(rows: usize) -> Bitmap {
        let mut bitmap = Bitmap::white(576, rows);
        for row in (0..rows).filter(|row| row % 40 < 30) {
            bitmap.blacken(5, row);
        }
        bitmap
    }

    const A4: Paper = Paper {
        inch: 72,
        width: 595,
        height: Some(842),
        margin: 36,
    };
    const ROLL: Paper = Paper {
        inch: 72,
        width: 227,
        height: None,
        margin: 11,
    };

    #[test]
    fn it_stands_in_the_middle_at_its_own_size() {
        let pages = lay(&[lined(1_000)], A4);
        let [page] = &pages[..] else {
            panic!("{}", pages.len())
        };
        // 576 dots are 72 millimetres.
        assert_eq!((page.picture_width, page.picture_height), (204, 354));
        assert_eq!((page.left, page.top), (195, 36));
        let [roll] = &lay(&[lined(1_000)], ROLL)[..] else {
            panic!()
        };
        assert_eq!((roll.width, roll.height), (227, 354 + 22));
        let narrow = Paper { width: 164, ..ROLL };
        let [narrow] = &lay(&[lined(1_000)], narrow)[..] else {
            panic!()
        };
        assert_eq!(
            narrow.picture_width, 142,
            "too wide a receipt is made smaller"
        );
    }

    #[test]
    fn a_whole_page_is_as_large_as_it_is_or_as_fits_and_never_broken() {
        // A4 at 300 dots to the inch.
        let sheet = || vec![Bitmap::white(2_480, 3_508)];
        let on = |width: usize, height: usize, margin: usize| {
            let paper = Paper {
                inch: 600,
                width,
                height: Some(height),
                margin,
            };
            let pages = lay_whole(sheet(), paper);
            let [page] = &pages[..] else {
                panic!("{} pages", pages.len())
            };
            assert!(page.left + page.picture_width <= width, "{page:?}");
            assert!(page.top + page.picture_height <= height, "{page:?}");
            (page.picture_width, page.picture_height, page.left, page.top)
        };
        assert_eq!(on(4_960, 7_016, 0), (4_960, 7_016, 0, 0), "its own size");
        assert_eq!(on(6_000, 9_000, 0), (4_960, 7_016, 520, 992), "no larger");
        // What a driver leaves of A4, and a letter's paper, on which its height is what counts.
        assert_eq!(on(4_760, 6_816, 0), (4_760, 6_733, 0, 41));
        assert_eq!(on(4_900, 6_400, 0), (4_524, 6_400, 188, 0));
        assert_eq!(
            on(2_480, 3_508, 240).0,
            2_000,
            "half the size, within the margins"
        );
    }

    #[test]
    fn a_long_one_breaks_between_lines_and_loses_nothing() {
        let receipt = lined(5_000);
        let pages = lay(&[receipt.clone(), lined(10)], A4);
        assert_eq!(pages.len(), 4);
        let rows: Vec<usize> = pages.iter().map(|page| page.dots.rows()).collect();
        assert_eq!(rows[..3].iter().sum::<usize>(), 5_000);
        assert!(
            rows[0] % 40 >= 30 && (rows[0] + rows[1]) % 40 >= 30,
            "{rows:?}"
        );
        let again: Vec<u8> = pages[..3]
            .iter()
            .flat_map(|page| (0..page.dots.rows()).flat_map(|row| page.dots.row(row).to_vec()))
            .collect();
        let whole: Vec<u8> = (0..5_000)
            .flat_map(|row| receipt.row(row).to_vec())
            .collect();
        assert_eq!(again, whole);
    }
}
