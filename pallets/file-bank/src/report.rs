//! Tags: what a miner must have tagged until when, and the report that they were made.

use crate::{
    costs::Work, fragments, record::Record, Config, Error, Event, Pallet, Signature,
    SpentTagSignatures, TagDuties, TaskFailedCount,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use cess_primitives::{
    file::{DigestInfo, FileState, SegmentInfo, TagSigInfo},
    payload::master_digest,
    tee::WorkerKey,
    traits::{Miners, TeeWorkers, WorkCredit},
    AccountId, Hash,
};
use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    /// Marks the sender's untagged fragments of a file as tagged.
    ///
    /// Only fragments that were untagged until now earn credit, and a report covers all of them,
    /// so that nothing is gained by repeating one (Q3).
    pub(crate) fn report_tags(
        sender: AccountId,
        signature: &Signature,
        info: &TagSigInfo,
    ) -> Result<Work, DispatchError> {
        ensure!(info.miner == sender, Error::<T>::MinerError);
        ensure!(!Self::has_left(&sender), Error::<T>::MinerStateError);
        let fid = info.file_hash;
        let mut file = Record::get::<T>(&fid).ok_or(Error::<T>::FileNonExistent)?;
        Self::ensure_master_signed(&master_digest(info), signature)?;
        let untagged = fragments::untagged(&file.segments, &sender);
        ensure!(!untagged.is_empty(), Error::<T>::NothingToTag);
        let tagged = Self::check_digests(&info.digest, &untagged)?;
        Self::spend_signature(&fid, signature)?;

        T::Miners::tagged(&sender, &untagged, Self::fragment_size())?;
        let now = Self::now();
        for fragment in fragments::all_mut(file.segments.as_mut()) {
            if fragments::awaits_tag(fragment) && fragment.miner == sender {
                fragment.tag = Some(now);
            }
        }
        let work = Work {
            duties: Self::end_tag_duties(&fid, &file.segments, &sender),
            workers: tagged.len() as u32,
            ..Work::of(&file)
        };
        TaskFailedCount::<T>::remove(&sender);
        Self::credit(&tagged);
        Self::deposit_event(Event::CalculateReport {
            miner: sender,
            file_hash: fid,
        });
        Self::activate(&fid, &mut file);
        file.put::<T>(&fid);
        Ok(work)
    }

    /// Checks a signature of the master key over a digest.
    pub(crate) fn ensure_master_signed(digest: &[u8; 32], signature: &Signature) -> DispatchResult {
        ensure!(signature.is_full(), Error::<T>::MalformedSignature);
        let signed = T::TeeWorkers::verify_master(digest, signature);
        ensure!(signed, Error::<T>::VerifyTeeSigFailed);
        Ok(())
    }

    /// The digests must be the untagged fragments, as often as each occurs. Returns how many
    /// fragments each worker tagged.
    fn check_digests(
        digests: &[DigestInfo],
        untagged: &[Hash],
    ) -> Result<BTreeMap<WorkerKey, u32>, Error<T>> {
        let mut work = BTreeMap::new();
        for digest in digests {
            *work.entry(digest.tee_puk).or_default() += 1u32;
        }
        ensure!(
            work.keys().all(T::TeeWorkers::can_tag),
            Error::<T>::TeeNoPermission
        );
        let mut reported: Vec<_> = digests.iter().map(|digest| digest.fragment).collect();
        let mut expected = untagged.to_vec();
        reported.sort_unstable();
        expected.sort_unstable();
        ensure!(reported == expected, Error::<T>::DigestError);
        Ok(work)
    }

    /// A signature counts once for a file: else it would stand for fragments that were lost and
    /// restored after it was made (Q5).
    fn spend_signature(fid: &Hash, signature: &Signature) -> DispatchResult {
        let id = sp_io::hashing::blake2_256(signature);
        let spent = SpentTagSignatures::<T>::contains_key(fid, id);
        ensure!(!spent, Error::<T>::SignatureSpent);
        SpentTagSignatures::<T>::insert(fid, id, ());
        Ok(())
    }

    fn credit(work: &BTreeMap<WorkerKey, u32>) {
        for (worker, count) in work {
            if let Some(stash) = T::TeeWorkers::stash(worker) {
                T::Credit::tagged(&stash, Self::fragment_size() * u128::from(*count));
            }
            T::TeeWorkers::worked(worker);
        }
    }

    fn activate(fid: &Hash, file: &mut Record) {
        let tagged = fragments::all(&file.segments).all(|fragment| fragment.tag.is_some());
        if tagged && file.state == FileState::Calculate {
            file.state = FileState::Active;
            Self::deposit_event(Event::FileActivated { file_hash: *fid });
        }
    }

    /// Drops the miner's duties for which it holds nothing untagged any more; says how many it had.
    pub(crate) fn end_tag_duties(fid: &Hash, segments: &[SegmentInfo], miner: &AccountId) -> u32 {
        let scopes = Self::tag_scopes(fid, miner);
        let untagged: BTreeSet<_> = fragments::untagged(segments, miner).into_iter().collect();
        let restored = |hash: &Hash| scopes.contains(&Some(*hash));
        for scope in &scopes {
            let open = match scope {
                Some(hash) => untagged.contains(hash),
                None => untagged.iter().any(|hash| !restored(hash)),
            };
            if !open {
                Self::clear_tag_duty(fid, &(miner.clone(), *scope));
            }
        }
        scopes.len() as u32
    }

    /// What the miner still has to tag of the file: restored fragments, and with `None` the rest.
    pub(crate) fn tag_scopes(fid: &Hash, miner: &AccountId) -> BTreeSet<Option<Hash>> {
        TagDuties::<T>::iter_key_prefix((*fid, miner.clone())).collect()
    }
}
