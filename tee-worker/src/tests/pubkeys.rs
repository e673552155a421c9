use crate::testing::{account, Harness};
use cess_podr2::public_key;
use cess_tee_api::pubkeys::{ceseal_pubkeys_provider_client::CesealPubkeysProviderClient, Request};
use sha2::{Digest, Sha256};
use tonic::Code;

#[tokio::test]
async fn each_key_signs_the_time() {
    let worker = Harness::start().await;
    let mut client = CesealPubkeysProviderClient::new(worker.channel.clone());
    let request = Request {
        storage_miner_account_id: worker.miner.public_key().to_vec(),
    };
    let identity = client
        .get_identity_pubkey(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(identity.pubkey, worker.identity.key());
    let time = identity.timestamp.to_be_bytes();
    assert!(cess_chain::verify(
        &worker.identity.key(),
        &time,
        &identity.signature
    ));

    let master = client
        .get_master_pubkey(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(master.pubkey, worker.master.public());
    let time = master.timestamp.to_be_bytes();
    assert!(cess_chain::verify(
        &worker.master.public(),
        &time,
        &master.signature
    ));

    let podr2 = client.get_podr2_pubkey(request).await.unwrap().into_inner();
    let key = public_key(&podr2.pubkey).unwrap();
    let digest = Sha256::digest(podr2.timestamp.to_be_bytes()).into();
    assert!(key.verify_digest(&digest, &podr2.signature));
}

#[tokio::test]
async fn strangers_are_not_registered() {
    let worker = Harness::start().await;
    let mut client = CesealPubkeysProviderClient::new(worker.channel.clone());
    let stranger = account("//Stranger").public_key().to_vec();
    let status = client
        .get_master_pubkey(Request {
            storage_miner_account_id: stranger,
        })
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::NotFound, "the miner is not registered")
    );
    let status = client
        .get_master_pubkey(Request::default())
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
}
