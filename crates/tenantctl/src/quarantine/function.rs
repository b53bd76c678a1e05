//! Which Lambda function is meant, or was at work. Pure.
//!
//! A router takes every event of its kind of source, whichever stream or bus it is of: that it is the right one has to
//! be known before it is invoked.

use std::fmt;

/// A function, as far as a text names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FunctionIdentity<'t> {
    region: Option<&'t str>,
    account: Option<&'t str>,
    name: &'t str,
}

impl<'t> FunctionIdentity<'t> {
    /// As Lambda takes it: a name, an ARN or the last parts of one, with a version or without
    /// [AWS Lambda API reference, "Invoke"].
    pub(crate) fn parse(text: &'t str) -> Self {
        Self::parse_arn(text).unwrap_or_else(|| {
            let parts: Vec<&str> = text.split(':').collect();
            match parts.as_slice() {
                [account, "function", name, ..] => Self { region: None, account: Some(account), name },
                _ => Self { region: None, account: None, name: parts.first().copied().unwrap_or(text) },
            }
        })
    }

    /// By its ARN, whichever version that names; `None` where it is another thing's.
    pub(crate) fn parse_arn(text: &'t str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        match parts.as_slice() {
            ["arn", _, "lambda", region, account, "function", name, ..] => {
                Some(Self { region: Some(region), account: Some(account), name })
            }
            _ => None,
        }
    }

    /// Whose execution role sent a message, as SQS's `SenderId` tells it: a role's id and the session's name, and
    /// Lambda calls the session as the function. `None` where no role's session sent it.
    pub(crate) fn parse_sender_id(sender: &'t str) -> Option<Self> {
        let (role, name) = sender.split_once(':')?;
        // Ids of roles begin so [IAM user guide, "IAM identifiers"].
        (role.starts_with("AROA") && !name.is_empty()).then_some(Self { region: None, account: None, name })
    }

    /// Whether both can be the same: nothing that both name differs.
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

/// Whether `router` is the function that did this (`set aside by`) before.
///
/// # Errors
/// Why it is not, or cannot be known to be.
pub(crate) fn check_function(relation: &str, found: Option<FunctionIdentity<'_>>, router: &str) -> Result<(), String> {
    match found {
        Some(function) if function.matches(FunctionIdentity::parse(router)) => Ok(()),
        Some(function) => Err(format!(
            "{relation} {function}, not {router}: name its own router, or vouch for this one with --any-source"
        )),
        None => Err(format!(
            "which function it was {relation} is not known, so that it may not be {router}'s: find out, then vouch for \
             it with --any-source"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:lambda:eu-west-1:111122223333:function:clicks";

    #[test]
    fn a_function_is_the_same_however_it_is_named() {
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
    fn a_sender_is_a_function_only_as_a_roles_session() {
        let sender = |text| FunctionIdentity::parse_sender_id(text).map(|function| function.to_string());
        assert_eq!(sender("AROAEXAMPLE:clicks").as_deref(), Some("clicks"));
        for text in ["AIDAEXAMPLE", "111122223333", "AROAEXAMPLE", "AROAEXAMPLE:", "AIDAEXAMPLE:clicks", ""] {
            assert_eq!(sender(text), None, "{text}");
        }
    }

    #[test]
    fn who_is_not_known_is_not_taken_for_the_one_that_is_named() {
        assert_eq!(check_function("set aside by", FunctionIdentity::parse_sender_id("AROA1:clicks"), "clicks"), Ok(()));
        let other = check_function("set aside by", FunctionIdentity::parse_sender_id("AROA1:orders"), "clicks").unwrap_err();
        assert!(other.starts_with("set aside by orders, not clicks"), "{other}");
        assert!(check_function("set aside by", None, "clicks").is_err_and(|why| why.contains("--any-source")));
    }
}
