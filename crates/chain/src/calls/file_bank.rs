//! Calls of pallet FileBank (104): deals, files, idle space, restoral.

use cess_primitives::{
    file::{DeclaredSegments, Name, TagSigInfo, UserBrief},
    miner::SpaceProofInfo,
    tee::WorkerKey,
    AccountId, Hash,
};

calls! { "FileBank";
    /// 0: declares a file; opens a deal, or makes the user an owner of a file that exists.
    upload_declaration(file_hash: &Hash, deal_info: &DeclaredSegments, user_brief: &UserBrief, file_size: u128);
    /// 1: reports the tags of the miner's fragments of a file; `tee_sig` by the master key.
    calculate_report(tee_sig: &[u8], tag_sig_info: &TagSigInfo);
    /// 2: moves a file to another territory of the user.
    territory_file_delivery(user: &AccountId, file_hash: &Hash, target_territory: &Name);
    /// 3: the miner holds column `index`, from 1 to 12, of a deal.
    transfer_report(index: u8, deal_hash: &Hash);
    /// 5: gives up idle files that service files replaced.
    replace_idle_space(idle_sig_info: &SpaceProofInfo, tee_sig_need_verify: &[u8], tee_sig: &[u8], tee_puk: &WorkerKey);
    /// 6: an owner, or who may act for it, deletes a file.
    delete_file(owner: &AccountId, file_hash: &Hash);
    /// 8: certifies more idle files.
    cert_idle_space(idle_sig_info: &SpaceProofInfo, tee_sig_need_verify: &[u8], tee_sig: &[u8], tee_puk: &WorkerKey);
    /// 13: the miner lost a fragment.
    generate_restoral_order(file_hash: &Hash, restoral_fragment: &Hash);
    /// 14: the miner will rebuild a lost fragment.
    claim_restoral_order(restoral_fragment: &Hash);
    /// 15: the miner will rebuild a fragment of a miner that left.
    claim_restoral_noexist_order(miner: &AccountId, file_hash: &Hash, restoral_fragment: &Hash);
    /// 16: the fragment is rebuilt.
    restoral_order_complete(fragment_hash: &Hash);
    /// 22: root deletes a file.
    root_clear_file(owner: &AccountId, file_hash: &Hash);
    /// 30: ends a deal before its deadline; owner, operator, or who may act for the owner.
    cancel_deal(file_hash: &Hash);
}
