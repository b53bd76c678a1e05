//! Builds the binaries under test with cargo.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The cargo profile of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// The profile of a release.
    Release,
    /// The development profile.
    Debug,
}

/// Builds packages of this workspace and returns the paths of their binaries. Each package has exactly the features of a
/// release.
///
/// # Errors
/// If a package does not build.
pub fn build<const N: usize>(profile: Profile, packages: [&str; N]) -> Result<[PathBuf; N], Box<dyn Error>> {
    // One cargo call for each package, because cargo unites the features of packages that it builds together.
    for package in packages {
        let mut command = cargo();
        command.args(["build", "--quiet", "--locked", "-p", package]);
        if profile == Profile::Release {
            command.arg("--release");
        }
        if !command.status()?.success() {
            return Err(format!(
                "the package does not build: {package}: read the messages of cargo build above"
            )
            .into());
        }
    }
    let here = std::env::current_exe()?;
    // The running binary is in the folder of its own profile.
    let target =
        here.parent().and_then(Path::parent).ok_or("the running binary is not in a target folder")?;
    let folder = match profile {
        Profile::Release => "release",
        Profile::Debug => "debug",
    };
    Ok(packages.map(|package| target.join(folder).join(package)))
}

/// Builds another package of this workspace and returns the path of its binary. It is in the folder of `binary`, which cargo
/// built for a test. The package must have a test named `http`.
///
/// # Errors
/// If the package does not build.
pub fn build_beside(binary: &Path, package: &str) -> Result<PathBuf, Box<dyn Error>> {
    let folder = binary.parent().ok_or("the binary is not in a folder")?;
    let target = folder.parent().ok_or("the binary is not in a target folder")?;
    // The folder of the profile `dev` is `debug`.
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(other) => other,
    };
    let mut command = cargo();
    // The features are those of a test of the whole workspace. With others cargo would replace the binary while its own tests
    // use it.
    command.args(["test", "--quiet", "--locked", "--workspace", "--no-run", "--test", "http"]);
    if !command.args(["--profile", profile, "--target-dir"]).arg(target).status()?.success() {
        return Err(format!(
            "the package does not build: {package}: read the messages of cargo test --no-run above"
        )
        .into());
    }
    Ok(folder.join(package))
}

/// Returns a cargo command at the root of the workspace, without the variables that cargo sets for a test. They would change
/// the environment of build scripts, and cargo would build these and all that depends on them again.
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
    fn build_has_no_variables_of_the_calling_test() {
        assert!(std::env::var_os("CARGO_PKG_NAME").is_some(), "cargo sets the variable for this test");
        let command = cargo();
        for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
            assert!(command.get_envs().any(|env| env == (name.as_ref(), None)), "{name}");
        }
    }
}
