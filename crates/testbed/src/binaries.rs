//! The binaries that are run here, built by cargo.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How they are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// As they are shipped.
    Release,
    /// Not made fast.
    Debug,
}

/// Builds these packages of the workspace that the running binary is of, each with its own features, those that it is
/// deployed with, and tells where their binaries are.
///
/// # Errors
/// Where one does not build, with what to do.
pub fn build<const N: usize>(profile: Profile, packages: [&str; N]) -> Result<[PathBuf; N], Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    // Each by itself: what is built together shares its features.
    for package in packages {
        let mut command = Command::new(&cargo);
        command.args(["build", "--quiet", "--locked", "-p", package]).current_dir(root);
        if profile == Profile::Release {
            command.arg("--release");
        }
        if !command.status()?.success() {
            return Err(
                format!("not built: {package}: cargo build -p {package}: see its messages above").into()
            );
        }
    }
    let here = std::env::current_exe()?;
    // Beside this binary's own folder, whichever of them that is.
    let target = here.parent().and_then(Path::parent).ok_or("this binary is in no target folder")?;
    let folder = match profile {
        Profile::Release => "release",
        Profile::Debug => "debug",
    };
    Ok(packages.map(|package| target.join(folder).join(package)))
}

/// Builds another package of the workspace, and tells where its binary is: beside `binary`, which cargo has built for a
/// test.
///
/// # Errors
/// Where it does not build, with what to do.
pub fn beside(binary: &Path, package: &str) -> Result<PathBuf, Box<dyn Error>> {
    let folder = binary.parent().ok_or("this binary is in no folder")?;
    let target = folder.parent().ok_or("this binary is in no target folder")?;
    // Cargo calls the profile `dev` whose folder is `debug`.
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(other) => other,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--locked", "-p", package, "--profile", profile, "--target-dir"]);
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    if !command.arg(target).current_dir(root).status()?.success() {
        return Err(format!("not built: {package}: cargo build -p {package}: see its messages above").into());
    }
    Ok(folder.join(package))
}
