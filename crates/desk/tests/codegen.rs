//! Writes the pages' types to `ui/src/generated/index.ts`; where `CI` is set it only compares.
//!
//! The types come from the table of commands and all that it reaches, so a page cannot call what is not there or
//! read a field that is gone.

use desk::{
    api::{self, Command, CommandVisitor},
    update::UpdatesView,
    views::{AppInfo, CardsView, ListeningView},
};
use domain::terminal_wire;
use domain::terminals::{NewInvitation, RecordPage, SentPage, TerminalsView};
use std::{collections::BTreeMap, fmt::Write as _, path::Path};
use ts_rs::{Config, TS, TypeVisitor};

struct Types {
    config: Config,
    declarations: BTreeMap<String, String>,
    commands: String,
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        T::visit_generics(self);
        if T::output_path().is_none() {
            return; // a built-in, such as a list or an option
        }
        let name = T::ident(&self.config);
        if self.declarations.contains_key(&name) {
            return;
        }
        let docs = T::docs().unwrap_or_default();
        self.declarations
            .insert(name, format!("{docs}export {}", T::decl(&self.config)));
        T::visit_dependencies(self);
    }
}

impl CommandVisitor for Types {
    fn command<Request: TS + 'static, Answer: TS + 'static>(&mut self, row: &Command) {
        self.visit::<Request>();
        self.visit::<Answer>();
        let (request, answer) = (Request::name(&self.config), Answer::name(&self.config));
        let _ = writeln!(self.commands, "  {}: [{request}, {answer}];", row.name);
    }
}

fn typescript() -> String {
    let mut types = Types {
        config: Config::default(),
        declarations: BTreeMap::new(),
        commands: String::new(),
    };
    api::each_command(&mut types);
    types.visit::<CardsView>();
    types.visit::<ListeningView>();
    types.visit::<AppInfo>();
    types.visit::<UpdatesView>();
    types.visit::<api::UiError>();
    types.visit::<desk::statements::ImportProgress>();
    types.visit::<desk::statements::CompareProgress>();
    types.visit::<book::Progress>();
    // The phone's page speaks with the hub itself.
    types.visit::<terminal_wire::TerminalSays>();
    types.visit::<terminal_wire::HubSays>();
    types.visit::<terminal_wire::AcceptInvitation>();
    types.visit::<terminal_wire::InvitationAccepted>();
    types.visit::<terminal_wire::InvitationRefused>();
    types.visit::<TerminalsView>();
    types.visit::<NewInvitation>();
    types.visit::<RecordPage>();
    types.visit::<SentPage>();
    let mut out = String::from(
        "// The pages' types, written from Rust by `cargo xtask test`. Do not edit.\n\n",
    );
    for declaration in types.declarations.values() {
        let _ = writeln!(out, "{declaration}\n");
    }
    let _ = writeln!(
        out,
        "/** Every command: its request and its answer. */\nexport type Commands = {{\n{}}};\n",
        types.commands
    );
    let _ = writeln!(
        out,
        "/** What the app tells its pages unasked. */\nexport type Events = {{\n  {}: CardsView;\n  {}: string;\n  {}: BookCheck;\n  {}: null;\n  {}: ListeningView;\n  {}: AppInfo;\n  {}: UpdatesView;\n  {}: DevicesView;\n  {}: ShownAmount | null;\n  {}: CustomerView;\n  {}: CustomerWindowView;\n  {}: PrintJobView[];\n  {}: number;\n  {}: ImportProgress;\n  {}: CompareProgress;\n  {}: null;\n  {}: Progress;\n  {}: null;\n  {}: null;\n}};",
        api::event::CARDS,
        api::event::BOOK,
        api::event::BOOK_CHECK,
        api::event::DAY_END,
        api::event::LISTENING,
        api::event::APP_INFO,
        api::event::UPDATES,
        api::event::DEVICES,
        api::event::SHOWN_AMOUNT,
        api::event::CUSTOMER,
        api::event::CUSTOMER_WINDOW,
        api::event::PRINTS,
        api::event::EXPORT_PROGRESS,
        api::event::IMPORT_PROGRESS,
        api::event::COMPARE_PROGRESS,
        api::event::STATEMENTS,
        api::event::BACKUP_PROGRESS,
        api::event::BACKUPS,
        api::event::TERMINALS
    );
    out
}

#[test]
fn the_pages_types_are_those_of_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/generated/index.ts");
    let wanted = typescript();
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    if found == wanted {
        return;
    }
    if std::env::var_os("CI").is_some() {
        panic!(
            "{} differs from the program's types: run the tests once without CI set and commit it",
            path.display()
        );
    }
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
    std::fs::write(&path, wanted).expect("the file can be written");
}
