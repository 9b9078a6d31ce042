//! How files are written, and what happens to records that cannot be read.

use super::choices::DateOrder;
use super::values::number::RejectLimit;
use super::values::text::{Quote, TimeFormat};
use super::values::{self};
use chrono_tz::Tz;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Clone, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(next_help_heading = "Reading")]
pub struct ReadingArgs {
    /// Delimiter of fields: a character or string, \t, \x1f, tab
    ///
    /// Default: found in the file.
    #[arg(long, value_name = "TEXT", value_parser = values::text::delimiter)]
    pub delimiter: Option<String>,

    /// Quote around fields, or none
    ///
    /// Default: the double quote.
    #[arg(long, value_name = "C|none", value_parser = values::text::quote)]
    pub quote: Option<Quote>,

    /// Character that escapes a quote
    ///
    /// Default: none; a quote is doubled.
    #[arg(long, value_name = "C", value_parser = values::text::escape)]
    pub escape: Option<u8>,

    /// Encoding, such as windows-1252
    ///
    /// Default: UTF-8, or what the byte order mark says.
    #[arg(long, value_name = "NAME", value_parser = values::text::encoding)]
    pub encoding: Option<String>,

    /// Decimal sign: . or ,
    #[arg(long, value_name = "SIGN", value_parser = values::text::decimal_sign)]
    pub decimal: Option<char>,

    /// Sign between groups of three digits
    #[arg(long, value_name = "SIGN", value_parser = values::text::thousands_sign)]
    pub thousands: Option<char>,

    /// How times are written: a strftime pattern, epoch-s, epoch-ms, epoch-us, epoch-ns, excel
    ///
    /// Default: found in the column.
    #[arg(long, value_name = "PATTERN", value_parser = values::text::time_format)]
    pub time_format: Option<TimeFormat>,

    /// Order of day, month and year in dates like 03/04/2024
    #[arg(long, value_name = "ORDER")]
    pub date_order: Option<DateOrder>,

    /// Zone of times that are written without one
    ///
    /// Default: the zone of --timezone.
    #[arg(long, value_name = "ZONE", value_parser = values::zone::zone)]
    pub source_timezone: Option<Tz>,

    /// Lines before the header that are left out
    #[arg(long, value_name = "N", value_parser = values::number::count)]
    pub skip_lines: Option<u64>,

    /// Sheet of a workbook (XLSX, XLSB, XLS, ODS)
    ///
    /// Default: the first one with data.
    #[arg(long, value_name = "NAME", value_parser = values::text::filled)]
    pub sheet: Option<String>,

    /// Lines that start with this are comments
    #[arg(long, value_name = "PREFIX", value_parser = values::text::filled)]
    pub comment: Option<String>,

    /// Names of the columns, where the file has no header
    #[arg(long, value_name = "COL,...", value_delimiter = ',', value_parser = values::text::name)]
    pub no_header: Vec<String>,

    /// A further word that stands for no value (repeatable)
    ///
    /// Always: null, none, n/a, na, nan, undefined, -, \N, (not set).
    #[arg(long, value_name = "WORD", allow_hyphen_values = true, value_parser = values::text::filled)]
    pub null: Vec<String>,

    /// Most records that may be rejected: a number, or a share like 5%
    ///
    /// Default: 10%. Above it no result is written and the exit code is 3.
    #[arg(long, value_name = "N|P%", value_parser = values::number::reject_limit)]
    pub max_rejects: Option<RejectLimit>,

    /// Write file, line, column and reason of every reject
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,

    /// Accept no reject: the same as --max-rejects 0
    #[arg(long, conflicts_with = "max_rejects")]
    pub strict: bool,

    /// Leave out events that repeat another one's unit, name and time
    #[arg(long)]
    pub dedupe: bool,

    /// Fail with exit code 3 where nothing was loaded
    #[arg(long)]
    pub fail_if_empty: bool,

    /// Show cells in messages (they may hold personal data)
    #[arg(long)]
    pub show_values: bool,
}
