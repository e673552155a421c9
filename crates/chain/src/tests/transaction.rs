use crate::{
    calls,
    testing::{Node, Pool},
    Call, ChainError, PoolError, Signer,
};
use cess_primitives::Hash;

fn alice() -> Signer {
    Signer::from_uri("//Alice").unwrap()
}

fn report() -> Call {
    calls::file_bank::transfer_report(1, &Hash([b'a'; 64]))
}

#[tokio::test]
async fn transactions_are_signed_ahead_and_taken_in_order() {
    let node = Node::new(1);
    let chain = node.chain().await;
    let first = chain.next_nonce(&alice().account_id()).await.unwrap();
    let ready: Vec<_> = (first..first + 3)
        .map(|nonce| chain.sign(&alice(), &report(), nonce).unwrap())
        .collect();
    assert!(node.included_nonces().is_empty());
    assert_ne!(ready[0].hash(), ready[1].hash());
    assert!(ready[0].size() > 64);
    for transaction in &ready {
        chain.send(transaction).await.unwrap();
    }
    assert_eq!(node.included_nonces(), [0, 1, 2]);
    assert_eq!(chain.next_nonce(&alice().account_id()).await.unwrap(), 3);
}

#[tokio::test]
async fn what_the_pool_refuses_is_an_error_unless_it_is_there_already() {
    let node = Node::new(1);
    let chain = node.chain().await;
    let ready = chain.sign(&alice(), &report(), 0).unwrap();
    node.plan([Pool::Refuse(1013, "known"), Pool::Refuse(1016, "full")]);
    chain.send(&ready).await.unwrap();
    let error = chain.send(&ready).await.unwrap_err();
    let full = PoolError::Full;
    assert!(matches!(error, ChainError::Pool { source, .. } if source == full));
    chain.send(&ready).await.unwrap();
    let error = chain.send(&ready).await.unwrap_err();
    let stale = PoolError::Stale;
    assert!(matches!(error, ChainError::Pool { source, .. } if source == stale));
}

#[tokio::test]
async fn a_lost_connection_does_not_lose_a_transaction() {
    let node = Node::new(1);
    let chain = node.chain().await;
    node.plan([Pool::Hang]);
    let ready = chain.sign(&alice(), &report(), 0).unwrap();
    chain.send(&ready).await.unwrap();
    assert_eq!(node.included_nonces(), [0]);
    assert!(node.dials() >= 2);
}

#[tokio::test]
async fn the_fee_of_a_transaction_can_be_asked_before_it_is_sent() {
    let node = Node::new(1);
    let chain = node.chain().await;
    let ready = chain.sign(&alice(), &report(), 7).unwrap();
    assert_eq!(chain.fee(&ready).await.unwrap(), ready.size() as u128 * 10);
    assert!(node.included_nonces().is_empty());
}
