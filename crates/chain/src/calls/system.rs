//! Calls of pallet System (0); root only.

calls! { "System";
    /// 2: replaces the runtime by one of the same name and a greater version.
    set_code(code: &[u8]);
}
