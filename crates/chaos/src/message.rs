//! The messages of a round: tenants' own, and some that belong to nobody.

use fastrand::Rng;
use serde_json::json;

/// A message, and whose it is.
#[derive(Clone, Debug)]
pub struct Message {
    /// What the source and the answers call it.
    pub id: String,
    /// The order group, or what a source has for one: a partition key, an item's key. Where there is no order it
    /// promises nothing.
    pub group: String,
    /// What is in it.
    pub body: String,
    /// The tenant id that the sender gave a second time, beside the body or as `sender` in it, which has to agree with
    /// the first one.
    pub attribute: String,
    /// None where the router has to reject it.
    pub tenant: Option<String>,
}

const TENANTS: u64 = 6;
const GROUPS_PER_TENANT: u64 = 3;
/// Groups in which several tenants' messages stand.
const SHARED_GROUPS: u64 = 4;

/// `count` messages in the order in which they were sent.
#[must_use]
pub fn draw(count: usize, rng: &mut Rng) -> Vec<Message> {
    (0..count).map(|at| one(format!("m{at:04}"), rng)).collect()
}

/// Two of the tenants, whose messages belong to nobody where there is a registry: the one is suspended, the other is not in
/// it.
pub const SUSPENDED: &str = "tenant-4";
/// See [`SUSPENDED`].
pub const UNKNOWN: &str = "tenant-5";

/// Makes the messages of tenants whom the registry refuses nobody's.
#[must_use]
pub fn behind_a_registry(mut messages: Vec<Message>) -> Vec<Message> {
    for message in &mut messages {
        message.tenant = message.tenant.take().filter(|tenant| tenant != SUSPENDED && tenant != UNKNOWN);
    }
    messages
}

/// The tenants of a registry, each with its status.
pub fn listed() -> impl Iterator<Item = (String, &'static str)> {
    let tenants = (0..TENANTS).map(|number| format!("tenant-{number}")).filter(|tenant| tenant != UNKNOWN);
    tenants.map(|tenant| {
        let status = if tenant == SUSPENDED { "suspended" } else { "active" };
        (tenant, status)
    })
}

fn one(id: String, rng: &mut Rng) -> Message {
    // The first tenants have more messages than the last ones.
    let tenant = format!("tenant-{}", rng.u64(0..TENANTS).min(rng.u64(0..TENANTS)));
    let group = match rng.u32(0..3) {
        0 => format!("shared#{}", rng.u64(0..SHARED_GROUPS)),
        _ => format!("{tenant}#{}", rng.u64(0..GROUPS_PER_TENANT)),
    };
    let body = |named: &str| json!({ "tenantId": named, "sender": tenant, "of": id }).to_string();
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
