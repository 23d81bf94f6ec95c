//! macOS: the launch agent that starts the program at login.

use super::IDENTITY;

/// The launch agent's file: this program, without a window. macOS shows it among the login items under its label.
pub fn launch_agent(program: &str) -> String {
    let program = program
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
         \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\"><dict>\n<key>Label</key><string>{IDENTITY}</string>\n\
         <key>ProgramArguments</key><array><string>{program}</string><string>--hidden</string></array>\n\
         <key>RunAtLoad</key><true/>\n<key>ProcessType</key><string>Interactive</string>\n</dict></plist>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_signs_of_xml_is_text() {
        let agent =
            launch_agent("/Applications/Tom & Co <1>/Tillbell 收银.app/Contents/MacOS/tillbell");
        assert!(
            agent.contains("<string>/Applications/Tom &amp; Co &lt;1&gt;/Tillbell 收银.app/Contents/MacOS/tillbell</string>"),
            "{agent}"
        );
        assert!(agent.contains("<string>--hidden</string>"));
        // Every element that opens closes.
        assert_eq!(
            agent.matches("<string>").count(),
            agent.matches("</string>").count()
        );
    }
}
