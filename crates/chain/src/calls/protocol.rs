//! Calls of pallet Protocol (120): the quantities and the clock; root only.

use cess_primitives::{ProtocolParams, Tick};

calls! { "Protocol";
    /// 0: changes the quantities.
    set_params(params: &ProtocolParams);
    /// 1: moves the clock forward.
    advance_clock(ticks: Tick);
}
