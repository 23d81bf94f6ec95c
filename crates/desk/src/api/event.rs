//! Events that the app sends to its pages.

/// To the card window, with the whole [`CardsView`](crate::views::CardsView).
pub const CARDS: &str = "cards";
/// To history: the book changed, with the day as `BusinessDay`.
pub const BOOK: &str = "book";
/// To history: how far the check of the book is, with the whole [`BookCheck`](crate::views::BookCheck).
pub const BOOK_CHECK: &str = "book_check";
/// To history: the closing that is being made changed, or there is one more, with `null`. Whoever shows it asks again.
pub const DAY_END: &str = "day_end";
/// To history, settings, welcome: with the whole [`ListeningView`](crate::views::ListeningView).
pub const LISTENING: &str = "listening";
/// To settings: with the whole [`UpdatesView`](crate::update::UpdatesView).
pub const UPDATES: &str = "updates";
/// To history: what [`print_jobs`](crate::Desk::print_jobs) answers, whole.
pub const PRINTS: &str = "prints";
/// To history: how far the loading of a file is, with the whole
/// [`ImportProgress`](crate::statements::ImportProgress).
pub const IMPORT_PROGRESS: &str = "import_progress";
/// To history: how far the comparing of book and statements is, with the whole
/// [`CompareProgress`](crate::statements::CompareProgress).
pub const COMPARE_PROGRESS: &str = "compare_progress";
/// To history: statements or what was said about differences changed, with `null`. Whoever shows them asks again.
pub const STATEMENTS: &str = "statements";
/// To settings: how far the copying or reading of a copy is, as `Progress`.
pub const BACKUP_PROGRESS: &str = "backup_progress";
/// To settings: there are other copies now, or another problem with them, with `null`. Whoever shows them asks again.
pub const BACKUPS: &str = "backups";
/// To history: how far an export is, in thousandths.
pub const EXPORT_PROGRESS: &str = "export_progress";
/// To all: language, theme or shop changed, with the whole [`AppInfo`](crate::views::AppInfo).
pub const APP_INFO: &str = "app_info";
/// To settings: with the whole [`DevicesView`](crate::views::DevicesView).
pub const DEVICES: &str = "devices";
/// To history: what the customer is shown to pay or to get back, or nothing any more, as `ShownAmount`.
pub const SHOWN_AMOUNT: &str = "shown_amount";
/// To the customers' window: with the whole [`CustomerView`](crate::views::CustomerView).
pub const CUSTOMER: &str = "customer";
/// To settings: with the whole [`CustomerWindowView`](crate::views::CustomerWindowView).
pub const CUSTOMER_WINDOW: &str = "customer_window";
/// To settings: something about clerks' phones is different now, with `null`. Whoever shows them asks again.
pub const TERMINALS: &str = "terminals";
