use crate::testing::{event_record, events, Node};
use sp_core::H256;

fn empty() -> Vec<u8> {
    events(&[])
}

#[tokio::test]
async fn blocks_come_in_order_with_tick_and_events() {
    let node = Node::new(1);
    node.set_offset(100);
    let mut blocks = node.chain().await.blocks();
    let genesis = blocks.next().await.unwrap();
    assert_eq!(
        (genesis.number, genesis.tick, genesis.follows),
        (0, 100, false)
    );
    node.produce(vec![], events(&[event_record(None, 0, 0, &[])]));
    node.produce(vec![], empty());
    let (first, second) = (blocks.next().await.unwrap(), blocks.next().await.unwrap());
    assert_eq!(
        (first.number, first.follows, first.events.len()),
        (1, true, 1)
    );
    assert_eq!((second.number, second.parent), (2, first.hash));
}

#[tokio::test]
async fn blocks_made_while_the_node_was_away_are_reported_once_each() {
    let node = Node::new(1);
    let mut blocks = node.chain().await.blocks();
    blocks.next().await.unwrap();
    node.down();
    let made: Vec<H256> = (0..5).map(|_| node.produce(vec![], empty())).collect();
    node.up();
    let mut seen = Vec::new();
    while seen.len() < made.len() {
        let block = blocks.next().await.unwrap();
        assert!(block.follows);
        seen.push(block.hash);
    }
    assert_eq!(seen, made);
    let next = node.produce(vec![], empty());
    assert_eq!(blocks.next().await.unwrap().hash, next);
}

#[tokio::test]
async fn both_branches_of_a_fork_are_reported() {
    let node = Node::new(1);
    let mut blocks = node.chain().await.blocks();
    let genesis = blocks.next().await.unwrap().hash;
    let old = node.produce(vec![], empty());
    assert_eq!(blocks.next().await.unwrap().hash, old);
    let sibling = node.produce_on(genesis, 2, vec![], empty());
    let tip = node.produce_on(sibling, 2, vec![], empty());
    assert_eq!(blocks.next().await.unwrap().hash, sibling);
    assert_eq!(blocks.next().await.unwrap().hash, tip);
}

#[tokio::test]
async fn unreadable_events_mark_the_block_instead_of_ending_the_stream() {
    let node = Node::new(1);
    let mut blocks = node.chain().await.blocks();
    blocks.next().await.unwrap();
    node.produce(vec![], events(&[event_record(None, 77, 0, &[])]));
    let block = blocks.next().await.unwrap();
    assert!(!block.follows && block.events.is_empty());
    node.produce(vec![], empty());
    assert!(blocks.next().await.unwrap().follows);
}
