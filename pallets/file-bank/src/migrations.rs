//! Changes of the storage layout, each named after the version that it leads to.
//!
//! They run in steps, so that no block does more than it has time for, whatever there is to change.
//! Meanwhile the chain takes no calls, and the hook of this pallet waits for the new version.

/// 2 to 3: what users hold is indexed by file and by territory, open orders by file, and duties to
/// tag by file and miner. The published values stay as they are.
pub mod v3 {
    use crate::{costs, Config, File, FileOrders, HeldCount, Pallet, RestoralOrder, TagDuties};
    use cess_primitives::{
        file::{FileInfo, HeldFile},
        traits::Protocol,
        Hash,
    };
    use codec::{Decode, Encode, MaxEncodedLen};
    use core::marker::PhantomData;
    use frame_support::{
        defensive,
        migrations::{MigrationId, SteppedMigration, SteppedMigrationError},
        traits::{GetStorageVersion, StorageVersion},
        weights::WeightMeter,
    };

    /// Most owners of a file that are indexed in one go.
    pub(crate) const OWNERS_IN_ONE_GO: u32 = 100;

    /// The layout that is left behind.
    pub(crate) mod v2 {
        use crate::{Config, Pallet, TagDuty};
        use cess_primitives::{Hash, Tick};
        use frame_support::{storage_alias, Blake2_128Concat};

        /// What [`TagDuties`](crate::TagDuties) was.
        #[storage_alias]
        pub(crate) type TagDue<T: Config> =
            StorageDoubleMap<Pallet<T>, Blake2_128Concat, Hash, Blake2_128Concat, TagDuty, Tick>;
    }

    /// How far the migration has come.
    #[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen)]
    pub enum Cursor {
        /// Duties are moved, whichever comes first, until there are none.
        Duties,
        /// Orders are indexed; the last one was this.
        Orders(Option<Hash>),
        /// Holdings are indexed; the last file was `after`, and of the next one `done` owners are.
        Owners {
            /// The last file whose owners all are.
            after: Option<Hash>,
            /// Owners of the file behind it that are.
            done: u32,
        },
    }

    /// The migration, for the multi-block migrations of a runtime.
    pub struct IndexHoldings<T>(PhantomData<T>);

    impl<T: Config> SteppedMigration for IndexHoldings<T> {
        type Cursor = Cursor;
        type Identifier = MigrationId<16>;

        fn id() -> Self::Identifier {
            MigrationId {
                pallet_id: *b"pallet-file-bank",
                version_from: 2,
                version_to: 3,
            }
        }

        fn step(
            cursor: Option<Cursor>,
            meter: &mut WeightMeter,
        ) -> Result<Option<Cursor>, SteppedMigrationError> {
            if Pallet::<T>::on_chain_storage_version() != StorageVersion::new(2) {
                return Ok(None);
            }
            let required = costs::migrated_item::<T>();
            if meter.remaining().any_lt(required) {
                return Err(SteppedMigrationError::InsufficientWeight { required });
            }
            let mut cursor = cursor.unwrap_or(Cursor::Duties);
            while meter.try_consume(required).is_ok() {
                match advance::<T>(cursor) {
                    Some(next) => cursor = next,
                    None => {
                        StorageVersion::new(3).put::<Pallet<T>>();
                        return Ok(None);
                    }
                }
            }
            Ok(Some(cursor))
        }

        #[cfg(feature = "try-runtime")]
        fn post_upgrade(_: alloc::vec::Vec<u8>) -> Result<(), sp_runtime::TryRuntimeError> {
            Pallet::<T>::do_try_state()
        }
    }

    /// Changes one item; `None` when there are no more.
    fn advance<T: Config>(cursor: Cursor) -> Option<Cursor> {
        Some(match cursor {
            Cursor::Duties => match v2::TagDue::<T>::drain().next() {
                Some((fid, (miner, scope), due)) => {
                    TagDuties::<T>::insert((fid, miner, scope), due);
                    Cursor::Duties
                }
                None => Cursor::Orders(None),
            },
            Cursor::Orders(last) => {
                let mut orders = match last {
                    Some(last) => {
                        RestoralOrder::<T>::iter_from(RestoralOrder::<T>::hashed_key_for(last))
                    }
                    None => RestoralOrder::<T>::iter(),
                };
                match orders.next() {
                    Some((fragment, order)) => {
                        FileOrders::<T>::insert(order.file_hash, fragment, ());
                        Cursor::Orders(Some(fragment))
                    }
                    None => Cursor::Owners {
                        after: None,
                        done: 0,
                    },
                }
            }
            Cursor::Owners { after, done } => {
                let mut files = match after {
                    Some(after) => File::<T>::iter_from(File::<T>::hashed_key_for(after)),
                    None => File::<T>::iter(),
                };
                let (fid, file) = files.next()?;
                index_owners::<T>(&fid, &file, done);
                let done = done.saturating_add(OWNERS_IN_ONE_GO);
                match (done as usize) < file.owner.len() {
                    true => Cursor::Owners { after, done },
                    false => Cursor::Owners {
                        after: Some(fid),
                        done: 0,
                    },
                }
            }
        })
    }

    fn index_owners<T: Config>(fid: &Hash, file: &FileInfo, done: u32) {
        let space = T::Protocol::params().file_space(file.segment_list.len() as u32);
        let owners = file.owner.iter().skip(done as usize);
        for brief in owners.take(OWNERS_IN_ONE_GO as usize) {
            let holding = HeldFile {
                territory_name: brief.territory_name.clone(),
                file_name: brief.file_name.clone(),
                file_size: file.file_size,
                space,
            };
            let held = Pallet::<T>::holdings(&brief.user, fid);
            let mut holds = held.clone();
            if holds.try_push(holding).is_err() {
                defensive!("a user is not the owner of a file more often than there are owners");
            }
            Pallet::<T>::index_holdings(&brief.user, fid, &held, holds);
            let count = HeldCount::<T>::get(&brief.user);
            Pallet::<T>::set_count(&brief.user, count.saturating_add(1));
        }
    }
}
