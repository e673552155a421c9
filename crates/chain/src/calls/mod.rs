//! The calls of the runtime, one function each, with the published names and argument order.
//!
//! Each function only builds a [`Call`](crate::Call); [`Chain::submit`](crate::Chain::submit)
//! sends it. Docs name the pallet's call index.

/// Makes `pub fn name(args) -> Call` for each line; arguments are SCALE-encoded in order.
macro_rules! calls {
    ($pallet:literal; $($(#[$doc:meta])* $name:ident ( $($arg:ident : $ty:ty),* $(,)? );)*) => {
        $(
            $(#[$doc])*
            #[allow(clippy::too_many_arguments)] // the published interface sets the arguments
            pub fn $name($($arg: $ty),*) -> $crate::Call {
                #[allow(unused_mut)] // calls without arguments
                let mut args = Vec::new();
                $(codec::Encode::encode_to(&$arg, &mut args);)*
                $crate::Call::new($pallet, stringify!($name), args)
            }
        )*
    };
}

pub mod audit;
pub mod balances;
pub mod file_bank;
pub mod oss;
pub mod protocol;
pub mod sminer;
pub mod staking;
pub mod storage_handler;
pub mod system;
pub mod tee_worker;
