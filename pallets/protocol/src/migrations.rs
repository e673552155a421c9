//! Changes of the storage layout, each named after the version that it leads to.

/// 0 to 1: the quantities tell the graph of idle files and the authenticators of fragments.
pub mod v1 {
    use crate::{Config, Pallet, Params};
    use alloc::vec::Vec;
    use cess_primitives::{Podr2Scheme, Preset, ProtocolParams};
    use codec::{Decode, Encode};
    use core::marker::PhantomData;
    use frame_support::{
        defensive,
        migrations::VersionedMigration,
        storage::unhashed,
        traits::{Get, UncheckedOnRuntimeUpgrade},
        weights::Weight,
    };

    /// The quantities up to `idle_set`, behind which the new ones stand; the rest is unchanged.
    type Front = (Preset, [u64; 4], u32);

    /// The stored quantities with those that chains of version 0 had without saying so.
    fn upgraded(old: &[u8]) -> Option<ProtocolParams> {
        let mut rest = old;
        let front = Front::decode(&mut rest).ok()?;
        let known = ProtocolParams::of(front.0);
        let new = (known.idle_layers, known.idle_degree, Podr2Scheme::Rsa);
        let mut encoded: Vec<u8> = (front, new).encode();
        encoded.extend_from_slice(rest);
        ProtocolParams::decode(&mut &encoded[..]).ok()
    }

    /// What [`VersionedMigration`] carries out once.
    pub struct NameShapes<T>(PhantomData<T>);

    impl<T: Config> UncheckedOnRuntimeUpgrade for NameShapes<T> {
        fn on_runtime_upgrade() -> Weight {
            if let Some(old) = unhashed::get_raw(&Params::<T>::hashed_key()) {
                match upgraded(&old) {
                    Some(params) => Params::<T>::put(params),
                    None => {
                        defensive!("the quantities can't be read");
                    }
                }
            }
            T::DbWeight::get().reads_writes(1, 1)
        }
    }

    /// The migration, for a runtime's list.
    pub type ToV1<T> =
        VersionedMigration<0, 1, NameShapes<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;
}

#[cfg(test)]
mod tests {
    use super::v1::ToV1;
    use crate::{mock::*, Params};
    use cess_primitives::{Podr2Scheme, ProtocolParams};
    use codec::Encode;
    use frame_support::traits::{GetStorageVersion, OnRuntimeUpgrade, StorageVersion};

    /// The stored bytes of version 0: those of now without the three quantities that are new.
    fn stored_in_v0(params: &ProtocolParams) -> Vec<u8> {
        let encoded = params.encode();
        let before = (
            params.preset,
            [params.segment_size, params.fragment_size],
            [params.idle_unit, params.idle_file_size],
            params.idle_set,
        )
            .encoded_size();
        let new = (params.idle_layers, params.idle_degree, params.podr2_scheme).encoded_size();
        [&encoded[..before], &encoded[before + new..]].concat()
    }

    #[test]
    fn the_quantities_of_an_older_chain_are_kept_and_completed() {
        for params in [ProtocolParams::fast(), ProtocolParams::reference()] {
            ExtBuilder::default().build_and_execute(|| {
                let changed = ProtocolParams {
                    challenge_window: 77,
                    slash_defer_eras: 0,
                    ..params
                };
                let old = stored_in_v0(&changed);
                frame_support::storage::unhashed::put_raw(&Params::<Test>::hashed_key(), &old);
                StorageVersion::new(0).put::<Protocol>();
                ToV1::<Test>::on_runtime_upgrade();
                assert_eq!(Params::<Test>::get(), changed);
                assert_eq!(Params::<Test>::get().podr2_scheme, Podr2Scheme::Rsa);
                assert_eq!(Protocol::on_chain_storage_version(), 1);
            });
        }
    }

    #[test]
    fn a_second_run_changes_nothing() {
        ExtBuilder::default().build_and_execute(|| {
            let before = Params::<Test>::get();
            ToV1::<Test>::on_runtime_upgrade();
            assert_eq!(Params::<Test>::get(), before);
        });
    }
}
