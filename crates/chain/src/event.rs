//! Events of the chain, typed for the pallets of the protocol.

use crate::{runtime::CessConfig, ChainError};
use cess_primitives::{
    bucket::BucketName,
    file::Name,
    oss::PeerId,
    tee::{AttestationProvider, WorkerKey},
    AccountId, Balance, Hash, ProtocolParams, Tick,
};
use codec::Decode;
use sp_core::H256;
use sp_runtime::DispatchError;
use subxt::{
    ext::subxt_core::events::{EventDetails, Events, Phase},
    Metadata,
};

/// Something that happened in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // events are moved, not kept
pub enum Event {
    /// Deals, files and restoral.
    FileBank(FileBankEvent),
    /// Challenges, proofs and verdicts.
    Audit(AuditEvent),
    /// Miners.
    Sminer(SminerEvent),
    /// TEE workers and the master key.
    TeeWorker(TeeWorkerEvent),
    /// Territories.
    StorageHandler(StorageHandlerEvent),
    /// Gateways.
    Oss(OssEvent),
    /// Quantities and the clock.
    Protocol(ProtocolEvent),
    /// Anything else.
    Other {
        /// The pallet's name.
        pallet: String,
        /// The event's name.
        name: String,
    },
}

/// Events of pallet FileBank (104).
#[derive(Clone, Debug, PartialEq, Eq, Decode)]
#[allow(missing_docs)] // the fields are those of the published interface
pub enum FileBankEvent {
    /// A file was declared.
    #[codec(index = 0)]
    UploadDeclaration {
        operator: AccountId,
        owner: AccountId,
        deal_hash: Hash,
    },
    /// A miner holds a column of a deal.
    #[codec(index = 1)]
    TransferReport { acc: AccountId, deal_hash: Hash },
    /// An owner gave a file up.
    #[codec(index = 2)]
    DeleteFile {
        operator: AccountId,
        owner: AccountId,
        file_hash: Hash,
    },
    /// Not used.
    #[codec(index = 3)]
    ReplaceFiller {
        acc: AccountId,
        filler_list: Vec<Hash>,
    },
    /// A miner certified idle space.
    #[codec(index = 4)]
    IdleSpaceCert { acc: AccountId, space: u128 },
    /// A miner gave idle space up.
    #[codec(index = 5)]
    ReplaceIdleSpace { acc: AccountId, space: u128 },
    /// A fragment is lost.
    #[codec(index = 6)]
    GenerateRestoralOrder {
        miner: AccountId,
        fragment_hash: Hash,
    },
    /// A miner will rebuild a fragment.
    #[codec(index = 7)]
    ClaimRestoralOrder { miner: AccountId, order_id: Hash },
    /// A fragment is rebuilt.
    #[codec(index = 8)]
    RecoveryCompleted { miner: AccountId, order_id: Hash },
    /// All columns of a deal were reported.
    #[codec(index = 9)]
    StorageCompleted { file_hash: Hash },
    /// A miner's fragments of a file were tagged.
    #[codec(index = 10)]
    CalculateReport { miner: AccountId, file_hash: Hash },
    /// A file moved to another territory.
    #[codec(index = 11)]
    TerritoryFileDelivery {
        file_hash: Hash,
        new_territory: Name,
    },
    /// A deal was cancelled.
    #[codec(index = 12)]
    DealCancelled { deal_hash: Hash },
    /// A deal reached its deadline.
    #[codec(index = 13)]
    DealExpired { deal_hash: Hash },
    /// All fragments of a file are tagged.
    #[codec(index = 14)]
    FileActivated { file_hash: Hash },
    /// A miner's fragments of a file were not tagged in time.
    #[codec(index = 15)]
    TagMissed {
        miner: AccountId,
        file_hash: Hash,
        fragments: u32,
    },
    /// A bucket was made.
    #[codec(index = 16)]
    CreateBucket {
        operator: AccountId,
        owner: AccountId,
        bucket_name: BucketName,
    },
    /// A bucket was deleted.
    #[codec(index = 17)]
    DeleteBucket {
        operator: AccountId,
        owner: AccountId,
        bucket_name: BucketName,
    },
    /// A file was put into a bucket.
    #[codec(index = 18)]
    PutInBucket {
        owner: AccountId,
        bucket_name: BucketName,
        file_hash: Hash,
    },
    /// A file left a bucket.
    #[codec(index = 19)]
    TakenFromBucket {
        owner: AccountId,
        bucket_name: BucketName,
        file_hash: Hash,
    },
}

/// Events of pallet Audit (106).
#[derive(Clone, Debug, PartialEq, Eq, Decode)]
#[allow(missing_docs)] // the fields are those of the published interface
pub enum AuditEvent {
    /// A miner is challenged.
    #[codec(index = 0)]
    GenerateChallenge { miner: AccountId },
    /// A miner submitted its idle proof.
    #[codec(index = 1)]
    SubmitIdleProof { miner: AccountId },
    /// A miner submitted its service proof.
    #[codec(index = 2)]
    SubmitServiceProof { miner: AccountId },
    /// A verdict over an idle proof came in.
    #[codec(index = 3)]
    SubmitIdleVerifyResult {
        tee: WorkerKey,
        miner: AccountId,
        result: bool,
    },
    /// A verdict over a service proof came in.
    #[codec(index = 4)]
    SubmitServiceVerifyResult {
        tee: WorkerKey,
        miner: AccountId,
        result: bool,
    },
    /// A worker is to verify a proof.
    #[codec(index = 5)]
    VerifyProof {
        tee_worker: WorkerKey,
        miner: AccountId,
    },
    /// Both verdicts were true.
    #[codec(index = 6)]
    ChallengePassed { miner: AccountId },
    /// The miner failed; `true` marks the part that failed.
    #[codec(index = 7)]
    ChallengeFailed {
        miner: AccountId,
        idle: bool,
        service: bool,
    },
    /// Another worker is to give the verdict.
    #[codec(index = 8)]
    VerifierReassigned {
        miner: AccountId,
        from: WorkerKey,
        to: WorkerKey,
    },
    /// The miners' pallet refused what a challenge led to.
    #[codec(index = 9)]
    SettlementRefused {
        miner: AccountId,
        error: DispatchError,
    },
    /// A worker says that it never got a proof.
    #[codec(index = 10)]
    ProofReportedMissing { miner: AccountId, tee: WorkerKey },
}

/// Events of pallet Sminer (105).
#[derive(Clone, Debug, PartialEq, Eq, Decode)]
#[allow(missing_docs)] // the fields are those of the published interface
pub enum SminerEvent {
    /// A miner registered.
    #[codec(index = 0)]
    Registered { acc: AccountId },
    /// A miner may take part now.
    #[codec(index = 1)]
    RegisterPoisKey { miner: AccountId },
    /// Somebody drew from the faucet.
    #[codec(index = 2)]
    DrawFaucetMoney,
    /// Somebody filled the faucet.
    #[codec(index = 3)]
    FaucetTopUpMoney { acc: AccountId },
    /// Not used.
    #[codec(index = 4)]
    LessThan24Hours { last: Tick, now: Tick },
    /// Not used.
    #[codec(index = 5)]
    AlreadyFrozen { acc: AccountId },
    /// A collateral grew.
    #[codec(index = 6)]
    IncreaseCollateral { acc: AccountId, balance: Balance },
    /// Money was deposited.
    #[codec(index = 7)]
    Deposit { balance: Balance },
    /// Rewards go to another account.
    #[codec(index = 8)]
    UpdateBeneficiary { acc: AccountId, new: AccountId },
    /// A miner is reached elsewhere.
    #[codec(index = 9)]
    UpdateEndPoint {
        acc: AccountId,
        old: Vec<u8>,
        new: Vec<u8>,
    },
    /// A reward was paid.
    #[codec(index = 10)]
    Receive { acc: AccountId, reward: Balance },
    /// A miner wishes to leave.
    #[codec(index = 11)]
    MinerExitPrep { miner: AccountId },
    /// A miner took its stake back.
    #[codec(index = 12)]
    Withdraw { acc: AccountId },
    /// A miner promises more.
    #[codec(index = 13)]
    IncreaseDeclarationSpace { miner: AccountId, space: u128 },
    /// A miner promises less.
    #[codec(index = 14)]
    DecreaseDeclarationSpace { miner: AccountId, space: u128 },
    /// A miner was fined; `debt` is what its collateral did not cover so far.
    #[codec(index = 15)]
    Punished {
        miner: AccountId,
        amount: Balance,
        debt: Balance,
    },
    /// A miner's collateral suffices again.
    #[codec(index = 16)]
    Thawed { miner: AccountId },
    /// A miner left.
    #[codec(index = 17)]
    MinerLeft { miner: AccountId, forced: bool },
    /// The stake of a miner that was thrown out went back.
    #[codec(index = 18)]
    StakeReturned {
        staking_account: AccountId,
        amount: Balance,
    },
    /// The passes of an era earned a miner a reward.
    #[codec(index = 19)]
    RewardEarned {
        miner: AccountId,
        era: u32,
        reward: Balance,
    },
    /// A miner was thrown out and lost what it could not claim yet.
    #[codec(index = 20)]
    RewardForfeited { miner: AccountId, amount: Balance },
    /// A stake will return by itself.
    #[codec(index = 21)]
    StakeReturnBooked {
        miner: AccountId,
        amount: Balance,
        due: Tick,
    },
}

/// Events of pallet TeeWorker (103).
#[derive(Clone, Debug, PartialEq, Eq, Decode)]
#[allow(missing_docs)] // the fields are those of the published interface
pub enum TeeWorkerEvent {
    /// A worker is to make the master key.
    #[codec(index = 0)]
    MasterKeyLaunching { holder: WorkerKey, rolling: bool },
    /// There is a master key.
    #[codec(index = 1)]
    MasterKeyLaunched,
    /// A worker asked for the master key (the name is the published one).
    #[codec(index = 2)]
    MasterKeyAppling {
        applier: WorkerKey,
        distributor: WorkerKey,
    },
    /// The master key is ready for a worker.
    #[codec(index = 3)]
    MasterKeySubmitted { receiver: WorkerKey },
    /// Another worker is the holder.
    #[codec(index = 4)]
    MasterKeyHolderChanged { from: WorkerKey, to: WorkerKey },
    /// A worker registered.
    #[codec(index = 5)]
    WorkerAdded {
        pubkey: WorkerKey,
        attestation_provider: Option<AttestationProvider>,
        confidence_level: u8,
    },
    /// A worker changed.
    #[codec(index = 6)]
    WorkerUpdated {
        pubkey: WorkerKey,
        attestation_provider: Option<AttestationProvider>,
        confidence_level: u8,
    },
    /// A worker was removed.
    #[codec(index = 7)]
    ClearInvalidTee { pubkey: WorkerKey },
    /// Older workers may no longer register.
    #[codec(index = 8)]
    MinimumCesealVersionChangedTo(u32, u32, u32),
    /// A binary was allowed.
    #[codec(index = 9)]
    CesealBinAdded(H256),
    /// A binary was disallowed.
    #[codec(index = 10)]
    CesealBinRemoved(H256),
    /// A worker gave no verdict in time.
    #[codec(index = 11)]
    VerdictMissed { pubkey: WorkerKey, in_a_row: u32 },
    /// A worker is asked for no more verdicts.
    #[codec(index = 12)]
    WorkerSuspended { pubkey: WorkerKey },
    /// A worker is asked for verdicts again.
    #[codec(index = 13)]
    WorkerReinstated { pubkey: WorkerKey },
}

/// Events of pallet StorageHandler (107).
#[derive(Clone, Debug, PartialEq, Eq, Decode)]
#[allow(missing_docs)] // the fields are those of the published interface
pub enum StorageHandlerEvent {
    /// Not used.
    #[codec(index = 0)]
    BuySpace {
        acc: AccountId,
        storage_capacity: u128,
        spend: Balance,
    },
    /// Not used.
    #[codec(index = 1)]
    ExpansionSpace {
        acc: AccountId,
        expansion_space: u128,
        fee: Balance,
    },
    /// Not used.
    #[codec(index = 2)]
    RenewalSpace {
        acc: AccountId,
        renewal_days: u32,
        fee: Balance,
    },
    /// A territory expired.
    #[codec(index = 3)]
    LeaseExpired { acc: AccountId, size: u128 },
    /// A territory expires soon.
    #[codec(index = 4)]
    LeaseExpireIn24Hours { acc: AccountId, size: u128 },
    /// An order was made.
    #[codec(index = 5)]
    CreatePayOrder { order_hash: Vec<u8> },
    /// An order was paid.
    #[codec(index = 6)]
    PaidOrder { order_hash: Vec<u8> },
    /// A territory was rented.
    #[codec(index = 7)]
    MintTerritory {
        token: H256,
        name: Name,
        storage_capacity: u128,
        spend: Balance,
    },
    /// A territory grew.
    #[codec(index = 8)]
    ExpansionTerritory {
        name: Name,
        expansion_space: u128,
        spend: Balance,
    },
    /// A territory lasts longer.
    #[codec(index = 9)]
    RenewalTerritory {
        name: Name,
        days: u32,
        spend: Balance,
    },
    /// An expired territory was rented again.
    #[codec(index = 10)]
    ReactivateTerritory {
        name: Name,
        days: u32,
        spend: Balance,
    },
    /// A territory is for sale.
    #[codec(index = 11)]
    Consignment {
        name: Name,
        token: H256,
        price: Balance,
    },
    /// A sale is under way.
    #[codec(index = 12)]
    BuyConsignment {
        name: Name,
        token: H256,
        price: Balance,
    },
    /// An offer was taken back (the name is the published one).
    #[codec(index = 13)]
    CancleConsignment { token: H256 },
    /// A buyer stepped back.
    #[codec(index = 14)]
    CancelPurchaseAction { token: H256 },
    /// A sale is complete.
    #[codec(index = 15)]
    ExecConsignment {
        buyer: AccountId,
        seller: AccountId,
        token: H256,
    },
    /// A territory is past its deadline and expires at a tick.
    #[codec(index = 16)]
    LeaseFrozen {
        acc: AccountId,
        name: Name,
        expires: Tick,
    },
    /// A territory was given away; its new name is its token.
    #[codec(index = 17)]
    TerritoryGranted {
        token: H256,
        from: AccountId,
        to: AccountId,
        name: Name,
    },
    /// A territory has another name.
    #[codec(index = 18)]
    TerritoryRenamed {
        token: H256,
        acc: AccountId,
        old_name: Name,
        new_name: Name,
    },
}

/// Events of pallet Oss (108).
#[derive(Clone, Debug, PartialEq, Eq, Decode)]
#[allow(missing_docs)] // the fields are those of the published interface
pub enum OssEvent {
    /// A user lets a gateway act for it.
    #[codec(index = 0)]
    Authorize { acc: AccountId, operator: AccountId },
    /// A user took that back.
    #[codec(index = 1)]
    CancelAuthorize { acc: AccountId, oss: AccountId },
    /// A gateway registered.
    #[codec(index = 2)]
    OssRegister { acc: AccountId, endpoint: PeerId },
    /// A gateway changed.
    #[codec(index = 3)]
    OssUpdate {
        acc: AccountId,
        new_endpoint: PeerId,
    },
    /// A gateway closed.
    #[codec(index = 4)]
    OssDestroy { acc: AccountId },
}

/// Events of pallet Protocol (120).
#[derive(Clone, Debug, PartialEq, Eq, Decode)]
pub enum ProtocolEvent {
    /// Root changed the quantities.
    #[codec(index = 0)]
    ParamsChanged {
        /// The quantities from now on.
        params: ProtocolParams,
    },
    /// Root moved the clock.
    #[codec(index = 1)]
    ClockAdvanced {
        /// By how much.
        ticks: Tick,
        /// Where it stands now.
        now: Tick,
    },
}

/// An event with where it came from, before it is given a type.
pub(crate) struct Raw {
    details: EventDetails<CessConfig>,
}

impl Raw {
    /// Index of the extrinsic that caused it; `None` for hooks.
    pub(crate) fn extrinsic(&self) -> Option<u32> {
        match self.details.phase() {
            Phase::ApplyExtrinsic(index) => Some(index),
            Phase::Initialization | Phase::Finalization => None,
        }
    }

    /// SCALE bytes of the fields, when it is this event of this pallet.
    pub(crate) fn fields_of(&self, pallet: &str, name: &str) -> Option<&[u8]> {
        let it = self.details.pallet_name() == pallet && self.details.variant_name() == name;
        it.then(|| self.details.field_bytes())
    }

    /// The typed event; [`Event::Other`] when this release doesn't know its shape.
    pub(crate) fn typed(&self) -> Event {
        let pallet = self.details.pallet_name();
        let mut bytes = vec![self.details.variant_index()];
        bytes.extend_from_slice(self.details.field_bytes());
        typed(pallet, &bytes).unwrap_or_else(|| Event::Other {
            pallet: pallet.to_owned(),
            name: self.details.variant_name().to_owned(),
        })
    }
}

/// Splits the value of `System.Events`.
pub(crate) fn split(bytes: Vec<u8>, metadata: &Metadata) -> Result<Vec<Raw>, ChainError> {
    Events::<CessConfig>::decode_from(bytes, metadata.clone())
        .iter()
        .map(|event| event.map(|details| Raw { details }))
        .collect::<Result<_, _>>()
        .map_err(|e| ChainError::decode("System.Events", e))
}

/// Variant index and fields of an event of this pallet, typed.
fn typed(pallet: &str, bytes: &[u8]) -> Option<Event> {
    fn exact<T: Decode>(mut bytes: &[u8]) -> Option<T> {
        let value = T::decode(&mut bytes).ok()?;
        bytes.is_empty().then_some(value)
    }
    match pallet {
        "FileBank" => exact(bytes).map(Event::FileBank),
        "Audit" => exact(bytes).map(Event::Audit),
        "Sminer" => exact(bytes).map(Event::Sminer),
        "TeeWorker" => exact(bytes).map(Event::TeeWorker),
        "StorageHandler" => exact(bytes).map(Event::StorageHandler),
        "Oss" => exact(bytes).map(Event::Oss),
        "Protocol" => exact(bytes).map(Event::Protocol),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, event_record};

    #[test]
    fn a_known_event_is_typed_from_its_fixed_bytes() {
        let mut bytes = vec![15];
        bytes.extend([7; 32]);
        bytes.extend([b'a'; 64]);
        bytes.extend(3u32.to_le_bytes());
        let expected = FileBankEvent::TagMissed {
            miner: AccountId::new([7; 32]),
            file_hash: Hash([b'a'; 64]),
            fragments: 3,
        };
        assert_eq!(typed("FileBank", &bytes), Some(Event::FileBank(expected)));
    }

    #[test]
    fn unknown_variants_and_leftover_bytes_are_not_guessed_at() {
        assert_eq!(typed("FileBank", &[99]), None);
        assert_eq!(typed("TeeWorker", &[1, 0]), None);
        assert_eq!(
            typed("TeeWorker", &[1]),
            Some(Event::TeeWorker(TeeWorkerEvent::MasterKeyLaunched))
        );
        assert_eq!(typed("Aviary", &[0]), None);
    }

    #[test]
    fn the_events_of_a_block_keep_order_and_extrinsic() {
        let miner = [7; 32];
        let hash = [b'a'; 64];
        let bytes = testing::events(&[
            event_record(Some(2), 104, 1, &[&miner[..], &hash].concat()),
            event_record(None, 108, 0, &[[1; 32], [2; 32]].concat()),
        ]);
        let raw = split(bytes, &testing::metadata()).unwrap();
        let seen: Vec<_> = raw.iter().map(|r| (r.extrinsic(), r.typed())).collect();
        let report = FileBankEvent::TransferReport {
            acc: AccountId::new(miner),
            deal_hash: Hash(hash),
        };
        let authorize = OssEvent::Authorize {
            acc: AccountId::new([1; 32]),
            operator: AccountId::new([2; 32]),
        };
        assert_eq!(
            seen,
            [
                (Some(2), Event::FileBank(report)),
                (None, Event::Oss(authorize))
            ]
        );
    }

    #[test]
    fn an_event_of_another_pallet_keeps_its_names() {
        let bytes = testing::events(&[event_record(Some(0), 0, 0, &[])]);
        let raw = split(bytes, &testing::metadata()).unwrap();
        assert_eq!(
            raw[0].typed(),
            Event::Other {
                pallet: "System".into(),
                name: "ExtrinsicSuccess".into()
            }
        );
    }

    #[test]
    fn broken_event_bytes_are_an_error() {
        let bytes = testing::events(&[event_record(Some(0), 77, 0, &[])]);
        assert!(split(bytes, &testing::metadata()).is_err());
    }
}
