//! The messages of a round: tenants' own, and some that belong to nobody.

use fastrand::Rng;
use serde_json::json;

/// A message, and whose it is.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    /// The order group; on a standard queue it promises nothing.
    pub(crate) group: String,
    pub(crate) body: String,
    /// None where the router has to reject it.
    pub(crate) tenant: Option<String>,
}

const TENANTS: u64 = 6;
const GROUPS_PER_TENANT: u64 = 3;

/// `count` messages in the order in which they were sent.
pub(crate) fn draw(count: usize, rng: &mut Rng) -> Vec<Message> {
    (0..count).map(|at| one(format!("m{at:04}"), rng)).collect()
}

fn one(id: String, rng: &mut Rng) -> Message {
    // The first tenants have more messages than the last ones.
    let tenant = format!("tenant-{}", rng.u64(0..TENANTS).min(rng.u64(0..TENANTS)));
    let group = format!("{tenant}#{}", rng.u64(0..GROUPS_PER_TENANT));
    let body = |tenant: &str| json!({ "tenantId": tenant, "of": id }).to_string();
    match rng.u32(0..100) {
        // Another tenant's id in the body, in the midst of a group that is good otherwise.
        0..4 => Message { body: body("tenant-x"), tenant: None, group, id },
        4..7 => Message { body: "no JSON".to_owned(), tenant: None, group, id },
        7..9 => Message { body: json!({ "n": 1 }).to_string(), tenant: None, group, id },
        9..11 => Message { body: body(&tenant), tenant: None, group: "ungrouped".to_owned(), id },
        _ => Message { body: body(&tenant), tenant: Some(tenant), group, id },
    }
}
