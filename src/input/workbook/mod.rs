//! Workbooks (XLSX, XLSB, XLS, ODS): one sheet, read once into compact cells that keep their types.
//!
//! A sheet is no text: its numbers have no decimal mark to be guessed and its dates no order of day and month, so that
//! its records go to the typed builder as they are and never through delimited text. `calamine` takes the archive and
//! its XML apart; which sheet, where the header is and what a cell means is decided here.

mod collect;
mod columns;
mod file;
mod header;
mod moment;
mod open;
mod sheet;

pub use file::WorkbookFile;
pub use header::SheetOptions;
pub use open::open;
