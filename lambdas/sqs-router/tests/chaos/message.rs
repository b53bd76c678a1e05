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
    /// The tenant id that the sender put beside the body, which has to agree with the one in it.
    pub(crate) attribute: String,
    /// None where the router has to reject it.
    pub(crate) tenant: Option<String>,
}

const TENANTS: u64 = 6;
const GROUPS_PER_TENANT: u64 = 3;
/// Groups in which several tenants' messages stand.
const SHARED_GROUPS: u64 = 4;

/// `count` messages in the order in which they were sent.
pub(crate) fn draw(count: usize, rng: &mut Rng) -> Vec<Message> {
    (0..count).map(|at| one(format!("m{at:04}"), rng)).collect()
}

fn one(id: String, rng: &mut Rng) -> Message {
    // The first tenants have more messages than the last ones.
    let tenant = format!("tenant-{}", rng.u64(0..TENANTS).min(rng.u64(0..TENANTS)));
    let group = match rng.u32(0..3) {
        0 => format!("shared#{}", rng.u64(0..SHARED_GROUPS)),
        _ => format!("{tenant}#{}", rng.u64(0..GROUPS_PER_TENANT)),
    };
    let body = |tenant: &str| json!({ "tenantId": tenant, "of": id }).to_string();
    let nobodys = |body: String| (body, None);
    let (body, owner) = match rng.u32(0..100) {
        // Another tenant's id in the body.
        0..4 => nobodys(body(&format!("{tenant}0"))),
        4..7 => nobodys("no JSON".to_owned()),
        7..9 => nobodys(json!({ "of": id }).to_string()),
        9..11 => nobodys(body("no good")),
        _ => (body(&tenant), Some(tenant.clone())),
    };
    Message { id, group, body, attribute: tenant, tenant: owner }
}
