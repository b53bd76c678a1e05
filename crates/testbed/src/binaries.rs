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
    // Each by itself: what is built together shares its features.
    for package in packages {
        let mut command = cargo();
        command.args(["build", "--quiet", "--locked", "-p", package]);
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
/// test. The package has a test called `http`.
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
    let mut command = cargo();
    // With the features that it has among all tests: with others it would be built again, under the hands of its own tests.
    command.args(["test", "--quiet", "--locked", "--workspace", "--no-run", "--test", "http"]);
    if !command.args(["--profile", profile, "--target-dir"]).arg(target).status()?.success() {
        return Err(format!("not built: {package}: cargo test --no-run: see its messages above").into());
    }
    Ok(folder.join(package))
}

/// Cargo at the workspace's root, as if nobody had called it from a test: what it tells a package's tests of the package
/// would be another environment to build scripts, and everything behind them would be built again.
#[must_use]
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|own| text.starts_with(own)) {
            command.env_remove(&name);
        }
    }
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_is_not_told_of_the_package_whose_test_asks_for_it() {
        assert!(std::env::var_os("CARGO_PKG_NAME").is_some(), "cargo tells it of this one");
        let command = cargo();
        for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
            assert!(command.get_envs().any(|env| env == (name.as_ref(), None)), "{name}");
        }
    }
}
