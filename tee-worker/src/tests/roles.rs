//! Each role offers what its name says, over a real connection.

use super::wire::{send, Interface};
use crate::{services::Pools, testing::Harness};
use cess_primitives::tee::WorkerRole;
use std::collections::BTreeSet;
use tonic::Code;

const PUBKEYS: &str = "ceseal.pubkeys.CesealPubkeysProvider";
const TAGS: &str = "podr2.Podr2Api";
const SERVICE_VERDICTS: &str = "podr2.Podr2VerifierApi";
const CERTIFICATES: &str = "pois.PoisCertifierApi";
const IDLE_VERDICTS: &str = "pois.PoisVerifierApi";

/// The services with a method that answers anything but `UNIMPLEMENTED` to an empty message.
async fn offered(role: WorkerRole) -> BTreeSet<String> {
    let worker = Harness::start_as(role, Pools::new(2)).await;
    let mut offered = BTreeSet::new();
    let mut refused = BTreeSet::new();
    for method in Interface::read().methods {
        let answer = send(&worker.channel, &method, Vec::new()).await;
        let (_, service) = method.path.split_once('/').unwrap();
        let (service, _) = service.split_once('/').unwrap();
        match answer.map_err(|status| status.code()) {
            Err(Code::Unimplemented) => refused.insert(service.to_owned()),
            _ => offered.insert(service.to_owned()),
        };
    }
    assert!(
        offered.is_disjoint(&refused),
        "a service is offered whole or not at all"
    );
    offered
}

fn services(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn a_full_worker_offers_everything() {
    assert_eq!(
        offered(WorkerRole::Full).await,
        services(&[PUBKEYS, TAGS, SERVICE_VERDICTS, CERTIFICATES, IDLE_VERDICTS])
    );
}

#[tokio::test]
async fn a_verifier_judges_and_nothing_else() {
    assert_eq!(
        offered(WorkerRole::Verifier).await,
        services(&[PUBKEYS, SERVICE_VERDICTS, IDLE_VERDICTS])
    );
}

#[tokio::test]
async fn a_marker_tags_and_certifies_and_nothing_else() {
    assert_eq!(
        offered(WorkerRole::Marker).await,
        services(&[PUBKEYS, TAGS, CERTIFICATES])
    );
}
