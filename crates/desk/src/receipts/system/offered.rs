//! Which of Windows' printers are offered: some are programs that ask where to save a file, at each receipt anew.

/// Parts of names, in small letters. Windows and the makers do not translate these.
const PROGRAMS: [&str; 9] = [
    "print to pdf",
    "xps document writer",
    "onenote",
    "adobe pdf",
    "pdfcreator",
    "cutepdf",
    "dopdf",
    "foxit reader pdf",
    "wps pdf",
];
/// Whole names: what Windows' own fax is called. A part of these may be in the name of a machine that prints, too.
const FAXES: [&str; 4] = ["fax", "microsoft shared fax", "传真", "傳真"];

/// Whether paper comes out of a printer of this name, as far as the name says.
pub(super) fn is_offered(name: &str) -> bool {
    // A shared one has its computer's name before its own.
    let own = name
        .rsplit('\\')
        .next()
        .unwrap_or(name)
        .trim()
        .to_lowercase();
    let is_program = PROGRAMS.iter().any(|part| own.contains(part));
    !is_program && !FAXES.contains(&own.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_for_a_file_is_not_offered() {
        for (name, offered) in [
            ("Microsoft Print to PDF", false),
            ("Microsoft XPS Document Writer", false),
            ("OneNote (Desktop)", false),
            ("OneNote for Windows 10", false),
            ("Send To OneNote 2016", false),
            ("发送至 OneNote 16", false),
            ("Adobe PDF", false),
            ("导出为WPS PDF", false),
            ("Fax", false),
            (r"\\till\Fax", false),
            ("传真", false),
            ("Microsoft Shared Fax", false),
            ("Brother MFC-L2710DW Fax & Print", true),
            ("HP LaserJet M15w", true),
            (r"\\till\Office", true),
            ("POS-80", true),
            ("PDF office upstairs", true),
            ("", true),
        ] {
            assert_eq!(is_offered(name), offered, "{name}");
        }
    }
}
