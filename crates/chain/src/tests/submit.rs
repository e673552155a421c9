use crate::{
    calls,
    event::FileBankEvent,
    testing::{event_record, Node, Pool},
    Call, ChainError, Event, PoolError, Signer,
};
use cess_primitives::Hash;
use codec::Encode;
use futures::future::join_all;
use sp_runtime::{DispatchError, ModuleError, TokenError};

fn alice() -> Signer {
    Signer::from_uri("//Alice").unwrap()
}

fn report() -> Call {
    calls::file_bank::transfer_report(1, &Hash([b'a'; 64]))
}

fn failed(error: DispatchError) -> Pool {
    Pool::Include(vec![event_record(Some(0), 0, 1, &(error, 0u64).encode())])
}

#[tokio::test]
async fn an_included_call_reports_its_block_and_its_own_events() {
    let node = Node::new(1);
    let chain = node.chain().await;
    let fields = [&[7; 32][..], &[b'a'; 64]].concat();
    node.plan([Pool::Include(vec![
        event_record(None, 104, 1, &fields),
        event_record(Some(0), 104, 1, &fields),
        event_record(Some(0), 0, 0, &[]),
    ])]);
    let included = chain.submit(&alice(), report()).await.unwrap();
    assert_eq!(included.number, 1);
    assert_eq!(included.events.len(), 2);
    assert!(matches!(
        &included.events[0],
        Event::FileBank(FileBankEvent::TransferReport { .. })
    ));
}

#[tokio::test]
async fn a_failed_call_names_pallet_error_and_cause() {
    let node = Node::new(1);
    let chain = node.chain().await;
    let error = ModuleError {
        index: 104,
        error: [4, 0, 0, 0],
        message: None,
    };
    node.plan([failed(DispatchError::Module(error))]);
    let error = chain.submit(&alice(), report()).await.unwrap_err();
    assert!(error.is_dispatch("FileBank", "NotOwner"));
    assert_eq!(
        error.to_string(),
        "FileBank.transfer_report failed with FileBank.NotOwner: The caller is not the owner."
    );
    node.plan([failed(DispatchError::Token(TokenError::FundsUnavailable))]);
    let error = chain.submit(&alice(), report()).await.unwrap_err();
    assert!(
        error.is_dispatch("System", "Token(FundsUnavailable)"),
        "{error}"
    );
}

#[tokio::test]
async fn a_call_that_fails_inside_sudo_fails() {
    let node = Node::new(1);
    let chain = node.chain().await;
    let inner: Result<(), DispatchError> = Err(DispatchError::BadOrigin);
    node.plan([Pool::Include(vec![
        event_record(Some(0), 22, 0, &inner.encode()),
        event_record(Some(0), 0, 0, &[]),
    ])]);
    let error = chain.submit_sudo(&alice(), report()).await.unwrap_err();
    assert!(error.is_dispatch("System", "BadOrigin"), "{error}");
    assert!(error
        .to_string()
        .starts_with("FileBank.transfer_report failed"));
    let inner: Result<(), DispatchError> = Ok(());
    node.plan([Pool::Include(vec![event_record(
        Some(0),
        22,
        0,
        &inner.encode(),
    )])]);
    chain.submit_sudo(&alice(), report()).await.unwrap();
}

#[tokio::test]
async fn concurrent_calls_of_one_account_get_consecutive_nonces() {
    let node = Node::new(1);
    let chain = node.chain().await;
    let results = join_all((0..20).map(|_| {
        let (chain, signer) = (chain.clone(), alice());
        tokio::spawn(async move { chain.submit(&signer, report()).await })
    }))
    .await;
    assert!(results.into_iter().all(|joined| joined.unwrap().is_ok()));
    assert_eq!(node.included_nonces(), (0..20).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_stale_nonce_is_asked_for_again() {
    let node = Node::new(1);
    let chain = node.chain().await;
    chain.submit(&alice(), report()).await.unwrap();
    // Somebody else signs with the same account.
    node.chain().await.submit(&alice(), report()).await.unwrap();
    chain.submit(&alice(), report()).await.unwrap();
    assert_eq!(node.included_nonces(), [0, 1, 2]);
}

#[tokio::test]
async fn a_dropped_transaction_is_sent_again_with_its_nonce() {
    let node = Node::new(1);
    let chain = node.chain().await;
    node.plan([Pool::Drop, Pool::Refuse(1012, "banned")]);
    chain.submit(&alice(), report()).await.unwrap();
    assert_eq!(node.included_nonces(), [0]);
}

#[tokio::test]
async fn a_transaction_whose_inclusion_was_not_reported_is_found_and_not_repeated() {
    let node = Node::new(1);
    let chain = node.chain().await;
    node.plan([Pool::IncludeSilently]);
    let included = chain.submit(&alice(), report()).await.unwrap();
    assert_eq!(included.number, 1);
    assert_eq!(node.included_nonces(), [0]);
}

#[tokio::test]
async fn a_connection_lost_while_submitting_leads_to_one_inclusion() {
    let node = Node::new(1);
    let chain = node.chain().await;
    node.plan([Pool::Hang, Pool::Hang]);
    chain.submit(&alice(), report()).await.unwrap();
    assert_eq!(node.included_nonces(), [0]);
    assert!(node.dials() >= 3);
}

#[tokio::test]
async fn an_account_without_money_is_told_so_at_once() {
    let node = Node::new(1);
    let chain = node.chain().await;
    node.plan([Pool::Refuse(
        1010,
        "Inability to pay some fees (e.g. account balance too low)",
    )]);
    let error = chain.submit(&alice(), report()).await.unwrap_err();
    assert!(
        matches!(
            error,
            ChainError::Pool {
                source: PoolError::CannotPay,
                ..
            }
        ),
        "{error}"
    );
    // The refused transaction leaves no gap.
    chain.submit(&alice(), report()).await.unwrap();
    assert_eq!(node.included_nonces(), [0]);
}

#[tokio::test]
async fn a_chain_that_stands_still_is_reported() {
    let node = Node::new(1);
    let chain = node.impatient_chain().await;
    node.plan((0..1000).map(|_| Pool::Refuse(1016, "full")));
    let error = chain.submit(&alice(), report()).await.unwrap_err();
    assert!(matches!(error, ChainError::NotIncluded { .. }), "{error}");
}
