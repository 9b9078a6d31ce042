//! The file is old or new and never half; every failure names its place.

use super::{Outcome, Output, replace, write_stream};
use crate::error::ErrorKind;
use crate::render::RenderedFile;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::new().unwrap()
}

fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_new_file_is_written() {
    let folder = folder();
    let path = folder.path().join("out.csv");
    let output = Output::open(Some(&path)).unwrap();
    assert!(names(folder.path()).is_empty(), "opening leaves nothing behind");
    assert_eq!(output.write(b"a,b\n").unwrap(), Outcome::Written);
    assert_eq!(fs::read(&path).unwrap(), b"a,b\n");
    assert_eq!(names(folder.path()), ["out.csv"]);
}

#[test]
fn a_failed_write_keeps_the_old_file_and_leaves_nothing() {
    let folder = folder();
    let path = folder.path().join("out.csv");
    fs::write(&path, "old").unwrap();
    let half = |writer: &mut dyn Write| {
        writer.write_all(&vec![b'x'; 200_000])?;
        Err(io::Error::from(io::ErrorKind::StorageFull))
    };
    assert_eq!(replace(&path, half).unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(names(folder.path()), ["out.csv"]);

    let error = Output::open(Some(&path)).unwrap().write_with(half).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Io);
    assert_eq!(error.location.unwrap().file, path.display().to_string());
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(names(folder.path()), ["out.csv"]);
}

#[test]
fn a_failed_rename_leaves_nothing() {
    let folder = folder();
    let path = folder.path().join("out.csv");
    let output = Output::open(Some(&path)).unwrap();
    fs::create_dir(&path).unwrap();
    fs::write(path.join("inside"), "").unwrap();
    assert_eq!(output.write(b"new").unwrap_err().kind, ErrorKind::Io);
    assert_eq!(names(folder.path()), ["out.csv"]);
}

#[test]
fn a_bad_path_fails_at_once() {
    let folder = folder();
    for path in ["missing/out.csv", "missing/folder/", ""] {
        let path: PathBuf = if path.is_empty() { PathBuf::new() } else { folder.path().join(path) };
        assert_eq!(Output::open(Some(&path)).unwrap_err().kind, ErrorKind::Io, "{}", path.display());
    }
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(Output::open(Some(&folder.path().join("file/"))).is_err());
    assert!(Output::open(Some(&folder.path().join("file/out.csv"))).is_err());
    assert_eq!(names(folder.path()), ["file"]);
}

#[test]
fn standard_output_needs_no_path() {
    assert!(Output::open(None).unwrap().is_stdout());
    assert!(Output::open(Some(Path::new("-"))).unwrap().is_stdout());
}

#[test]
fn a_folder_takes_a_file_per_table() {
    let folder = folder();
    let path = PathBuf::from(format!("{}/out/", folder.path().display()));
    drop(Output::open(Some(&path)).unwrap());
    assert!(names(folder.path()).is_empty(), "a folder that was not needed goes again");

    let output = Output::open(Some(&path)).unwrap();
    assert!(output.is_directory());
    let file = |name: &str, bytes: &[u8]| RenderedFile { name: name.to_owned(), bytes: bytes.to_vec() };
    output.write_files(&[file("a.csv", b"1\n"), file("b.csv", b"2\n")]).unwrap();
    assert_eq!(names(&path), ["a.csv", "b.csv"]);
    assert_eq!(fs::read(path.join("b.csv")).unwrap(), b"2\n");

    let existing = Output::open(Some(&folder.path().join("out"))).unwrap();
    existing.write_files(&[file("a.csv", b"3\n")]).unwrap();
    assert_eq!(fs::read(path.join("a.csv")).unwrap(), b"3\n");
    assert_eq!(Output::open(Some(&path)).unwrap().write(b"x").unwrap_err().kind, ErrorKind::Internal);
}

#[test]
fn what_a_killed_run_left_is_removed_and_what_a_living_one_holds_is_not() {
    let folder = folder();
    let path = folder.path().join("out.csv");
    fs::write(folder.path().join(".out.csv.abc123.funnel-tmp"), "half").unwrap();
    let living = folder.path().join(".out.csv.def456.funnel-tmp");
    let held = fs::File::create(&living).unwrap();
    held.lock().unwrap();
    fs::write(folder.path().join(".out.csv.notes"), "mine").unwrap();
    Output::open(Some(&path)).unwrap().write(b"new").unwrap();
    assert_eq!(names(folder.path()), [".out.csv.def456.funnel-tmp", ".out.csv.notes", "out.csv"]);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let outcome =
        write_stream(writer, "standard output", "9 bytes", |writer| writer.write_all(b"x".repeat(9).as_slice()));
    assert_eq!(outcome.unwrap(), Outcome::ClosedPipe);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error_that_names_it() {
    let error = Output::open(Some(Path::new("/dev/full"))).unwrap().write(b"data").unwrap_err();
    assert_eq!(error.kind, ErrorKind::Io);
    assert_eq!(error.to_string(), "/dev/full: cannot write 4 bytes: No space left on device (os error 28)");
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let error = write_stream(full, "standard output", "4 bytes", |writer| writer.write_all(b"data")).unwrap_err();
    assert_eq!(error.location.unwrap().file, "standard output");
    assert_eq!(Output::open(Some(Path::new("/dev/null"))).unwrap().write(b"data").unwrap(), Outcome::Written);
}

#[cfg(unix)]
mod unix {
    use super::{folder, names};
    use crate::render::sink::Output;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn permissions_are_kept() {
        let folder = folder();
        for mode in [0o600, 0o640, 0o755, 0o664] {
            let path = folder.path().join("out.csv");
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            Output::open(Some(&path)).unwrap().write(b"new").unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, mode);
            assert_eq!(fs::read(&path).unwrap(), b"new");
        }
    }

    #[test]
    fn a_new_file_has_the_permissions_of_any_new_file() {
        let folder = folder();
        let (plain, ours) = (folder.path().join("plain"), folder.path().join("ours"));
        fs::write(&plain, "").unwrap();
        Output::open(Some(&ours)).unwrap().write(b"").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(ours), mode(plain));
    }

    #[test]
    fn links_are_written_through() {
        let folder = folder();
        fs::create_dir(folder.path().join("real")).unwrap();
        let real = folder.path().join("real/out.csv");
        let link = folder.path().join("link.csv");
        // A link to a file that is not there yet, relative to the link.
        symlink("real/out.csv", &link).unwrap();
        Output::open(Some(&link)).unwrap().write(b"one").unwrap();
        assert_eq!(fs::read(&real).unwrap(), b"one");
        Output::open(Some(&link)).unwrap().write(b"two").unwrap();
        assert_eq!(fs::read(&real).unwrap(), b"two");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(names(&folder.path().join("real")), ["out.csv"]);
        let circle = folder.path().join("circle");
        symlink(&circle, &circle).unwrap();
        assert!(Output::open(Some(&circle)).is_err());
    }
}
