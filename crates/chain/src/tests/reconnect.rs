use crate::{testing::Node, ChainError};

#[tokio::test]
async fn a_question_waits_for_the_node_to_come_back() {
    let node = Node::new(1);
    let chain = node.chain().await;
    node.produce(vec![], vec![0]);
    node.down();
    let asked = tokio::spawn({
        let chain = chain.clone();
        async move { chain.best_number().await }
    });
    while node.dials() < 3 {
        tokio::task::yield_now().await;
    }
    node.up();
    assert_eq!(asked.await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn patience_ends_with_an_error_that_says_what_to_check() {
    let node = Node::new(1);
    let chain = node.impatient_chain().await;
    node.down();
    let error = chain.best_number().await.unwrap_err();
    assert!(error.is_unreachable());
    assert!(
        error.to_string().contains("check that the node runs"),
        "{error}"
    );
}

#[tokio::test]
async fn a_node_with_another_chain_is_refused() {
    let node = Node::new(1);
    let chain = node.chain().await;
    node.down();
    node.become_another(2);
    let asked = tokio::spawn({
        let chain = chain.clone();
        async move { chain.best_number().await }
    });
    while node.dials() < 2 {
        tokio::task::yield_now().await;
    }
    node.up();
    assert!(matches!(
        asked.await.unwrap(),
        Err(ChainError::WrongChain { .. })
    ));
}

#[tokio::test]
async fn a_pinned_handle_says_when_the_state_is_gone() {
    let chain = Node::new(1).chain().await;
    let error = chain
        .at(sp_core::H256::repeat_byte(9))
        .now()
        .await
        .unwrap_err();
    assert!(matches!(error, ChainError::Pruned(_)), "{error}");
}

#[tokio::test]
async fn now_is_the_block_number_plus_the_offset() {
    let node = Node::new(1);
    node.set_offset(40);
    let chain = node.chain().await;
    node.produce(vec![], vec![0]);
    assert_eq!(chain.now().await.unwrap(), 41);
    assert_eq!(chain.finalized_number().await.unwrap(), 0);
}
