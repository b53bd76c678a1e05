//! The messages of a round. Some of them have no tenant and must be rejected.

use fastrand::Rng;
use serde_json::json;

use crate::body::NOT_JSON;
use crate::round::Round;
use crate::tenants::{Registry, SUSPENDED, UNKNOWN, tenant_name};

/// A message and the tenant that owns it.
#[derive(Clone, Debug)]
pub struct Message {
    /// The identifier in the source and in responses.
    pub id: String,
    /// The order group, or the partition key or item key of a stream. Sources without order ignore it.
    pub group: String,
    /// The body.
    pub body: String,
    /// The second copy of the tenant id, as an attribute or as `sender` in the body. It must equal the first one.
    pub attribute: String,
    /// The tenant; none if the router must reject the message.
    pub tenant: Option<String>,
}

const GROUPS_PER_TENANT: u64 = 3;
/// Groups that hold messages of several tenants.
const SHARED_GROUPS: u64 = 4;

/// Draws the messages of a round, in the order in which they are sent.
pub(crate) fn draw_messages(round: &Round, registry: Registry, rng: &mut Rng) -> Vec<Message> {
    let numbers = round.first..round.first + round.messages;
    numbers.map(|number| draw_message(format!("m{number:04}"), round, registry, rng)).collect()
}

fn draw_message(id: String, round: &Round, registry: Registry, rng: &mut Rng) -> Message {
    let number = round.tenants.pick(rng);
    let tenant = tenant_name(number);
    let group = match rng.u32(0..3) {
        0 => format!("shared#{}", rng.u64(0..SHARED_GROUPS)),
        _ => format!("{tenant}#{}", rng.u64(0..GROUPS_PER_TENANT)),
    };
    let padding = "x".repeat(round.padding);
    let body = |named: &str| {
        json!({ "tenantId": named, "sender": tenant, "of": id, "padding": padding }).to_string()
    };
    let refused = registry == Registry::Used && [SUSPENDED, UNKNOWN].contains(&(number % 6));
    let without_tenant = |body: String| (body, None);
    let (body, owner) = match rng.u32(0..100) {
        // The body names another tenant.
        0..4 => without_tenant(body(&format!("{tenant}0"))),
        4..7 => without_tenant(format!("{NOT_JSON}{id}")),
        7..9 => without_tenant(json!({ "of": id }).to_string()),
        9..11 => without_tenant(body("not valid")),
        _ => (body(&tenant), Some(tenant.clone()).filter(|_| !refused)),
    };
    Message { id, group, body, attribute: tenant, tenant: owner }
}
