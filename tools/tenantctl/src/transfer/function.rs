//! Compares Lambda functions that are named in different ways. No I/O.
//!
//! A router accepts every event of its kind of source, of any stream or bus. So it has to be the right router before
//! it is invoked.

use std::fmt;

/// A Lambda function, with the parts of its ARN that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FunctionIdentity<'t> {
    region: Option<&'t str>,
    account: Option<&'t str>,
    name: &'t str,
}

impl<'t> FunctionIdentity<'t> {
    /// Parses a name, an ARN or a partial ARN, with or without a version [AWS Lambda API reference, "Invoke"].
    pub(crate) fn parse(text: &'t str) -> Self {
        Self::parse_arn(text).unwrap_or_else(|| {
            let parts: Vec<&str> = text.split(':').collect();
            match parts.as_slice() {
                [account, "function", name, ..] => Self { region: None, account: Some(account), name },
                _ => Self { region: None, account: None, name: parts.first().copied().unwrap_or(text) },
            }
        })
    }

    /// Parses the ARN of a function, with or without a version; `None` if it is the ARN of something else.
    pub(crate) fn parse_arn(text: &'t str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        match parts.as_slice() {
            ["arn", _, "lambda", region, account, "function", name, ..] => {
                Some(Self { region: Some(region), account: Some(account), name })
            }
            _ => None,
        }
    }

    /// Parses the `SenderId` of an SQS message: a role id and a session name. In a session of an execution role, the
    /// session name is the function's name. `None` if the sender is not a role session.
    pub(crate) fn parse_sender_id(sender: &'t str) -> Option<Self> {
        let (role, name) = sender.split_once(':')?;
        // The prefix of role ids [IAM user guide, "IAM identifiers"].
        (role.starts_with("AROA") && !name.is_empty()).then_some(Self { region: None, account: None, name })
    }

    /// Returns whether both can be the same function: the names are equal, and so are the other parts that both have.
    pub(crate) fn matches(self, other: Self) -> bool {
        let agree = |one: Option<&str>, other: Option<&str>| one.zip(other).is_none_or(|(a, b)| a == b);
        self.name == other.name && agree(self.region, other.region) && agree(self.account, other.account)
    }
}

impl fmt::Display for FunctionIdentity<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name)
    }
}

/// Checks that `found` is the function `router`. `relation` says what `found` did, such as `quarantined by`.
///
/// # Errors
/// `found` is another function or unknown.
pub(crate) fn check_function(
    relation: &str,
    found: Option<FunctionIdentity<'_>>,
    router: &str,
) -> Result<(), String> {
    match found {
        Some(function) if function.matches(FunctionIdentity::parse(router)) => Ok(()),
        Some(function) => Err(format!(
            "{relation} {function}, not {router}: name that router, or confirm this one with --any-source"
        )),
        None => Err(format!(
            "{relation} an unknown function, maybe not {router}: find out which one, then confirm it with --any-source"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:lambda:eu-west-1:111122223333:function:clicks";

    #[test]
    fn different_names_of_one_function_match() {
        let live = format!("{ARN}:live");
        let function = FunctionIdentity::parse_arn(&live).unwrap();
        for text in ["clicks", "clicks:live", "111122223333:function:clicks", ARN, &format!("{ARN}:$LATEST")]
        {
            assert!(function.matches(FunctionIdentity::parse(text)), "{text}");
        }
        for text in ["orders", "clicks-2", "222222222222:function:clicks", &ARN.replace("west", "east")] {
            assert!(!function.matches(FunctionIdentity::parse(text)), "{text}");
        }
        assert_eq!(FunctionIdentity::parse_arn("arn:aws:sqs:eu-west-1:111122223333:clicks"), None);
    }

    #[test]
    fn only_role_sessions_are_functions() {
        let sender = |text| FunctionIdentity::parse_sender_id(text).map(|function| function.to_string());
        assert_eq!(sender("AROAEXAMPLE:clicks").as_deref(), Some("clicks"));
        for text in ["AIDAEXAMPLE", "111122223333", "AROAEXAMPLE", "AROAEXAMPLE:", "AIDAEXAMPLE:clicks", ""] {
            assert_eq!(sender(text), None, "{text}");
        }
    }

    #[test]
    fn unknown_and_other_functions_are_refused() {
        assert_eq!(
            check_function("quarantined by", FunctionIdentity::parse_sender_id("AROA1:clicks"), "clicks"),
            Ok(())
        );
        let other =
            check_function("quarantined by", FunctionIdentity::parse_sender_id("AROA1:orders"), "clicks")
                .unwrap_err();
        assert!(other.starts_with("quarantined by orders, not clicks"), "{other}");
        assert!(
            check_function("quarantined by", None, "clicks").is_err_and(|why| why.contains("--any-source"))
        );
    }
}
