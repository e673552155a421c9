//! The proto files against the published interface (spec off-chain 4.3), written down once more.

use prost::Message;
use prost_types::{field_descriptor_proto::Label, DescriptorProto, FileDescriptorSet};
use std::collections::BTreeMap;

/// `package.service/method`, where `>` stands for a stream of requests and `<` for one of answers.
const METHODS: [&str; 13] = [
    "ceseal.pubkeys.CesealPubkeysProvider/get_identity_pubkey",
    "ceseal.pubkeys.CesealPubkeysProvider/get_master_pubkey",
    "ceseal.pubkeys.CesealPubkeysProvider/get_podr2_pubkey",
    "podr2.Podr2Api/Echo",
    "podr2.Podr2Api/request_gen_tag><",
    "podr2.Podr2VerifierApi/request_aggregate_signature",
    "podr2.Podr2VerifierApi/request_batch_verify",
    "pois.PoisCertifierApi/request_miner_commit_gen_chall",
    "pois.PoisCertifierApi/request_miner_get_new_key",
    "pois.PoisCertifierApi/request_verify_commit_proof",
    "pois.PoisCertifierApi/request_verify_deletion_proof",
    "pois.PoisVerifierApi/request_space_proof_verify_single_block",
    "pois.PoisVerifierApi/request_verify_space_total",
];

/// Fields of the published messages; `[]` is a list.
const MESSAGES: &str = "
ceseal.pubkeys.Request storage_miner_account_id=1
ceseal.pubkeys.IdentityPubkeyResponse pubkey=1 timestamp=2 signature=3
ceseal.pubkeys.MasterPubkeyResponse pubkey=1 timestamp=2 signature=3
ceseal.pubkeys.Podr2PubkeyResponse pubkey=1 timestamp=2 signature=3
podr2.EchoMessage echo_msg=1
podr2.RequestGenTag fragment_data=1 fragment_name=2 custom_data=3 file_name=4 miner_id=5 tee_digest_list=6[] last_tee_signature=7
podr2.DigestInfo fragment_name=1 tee_account_id=2
podr2.ResponseGenTag processing=1 msg=2
podr2.GenTagMsg tag=1 u_sig=2 signature=3
podr2.Tag t=1 phi_hash=2 attest=3
podr2.Tag.T name=1 u=2 phi=3[]
podr2.Qslice random_index_list=1[] random_list=2[]
podr2.RequestBatchVerify agg_proof=1 qslices=2 u_sigs=3[] miner_id=4 service_bloom_filter=5[]
podr2.RequestBatchVerify.BatchVerifyParam names=1[] us=2[] mus=3[] sigma=4
podr2.ResponseBatchVerify batch_verify_result=1 tee_account_id=2 service_bloom_filter=3[] signature=4
podr2.RequestAggregateSignature verify_inservice_file_history=1[] qslices=2
podr2.RequestAggregateSignature.VerifyInServiceFileStruct miner_id=1 result=2 sigma=3 service_bloom_filter=4[] signature=5
podr2.ResponseAggregateSignature tee_account_id=1 signature=2
pois.RequestMinerInitParam miner_id=1
pois.ResponseMinerInitParam acc=1 key_n=2 key_g=3 front=4 rear=5 miner_id=6 status_tee_sign=7 signature_with_tee_controller=8 podr2_pbk=9
pois.Commits file_indexs=1[] roots=2[]
pois.RequestMinerCommitGenChall miner_id=1 commit=2 miner_sign=3
pois.Int64Slice values=1[]
pois.Challenge rows=1[] chall_tee_sign=2
pois.MhtProof index=1 label=2 paths=3[] locs=4
pois.CommitProof node=1 parents=2[] elders=3[]
pois.CommitProofGroupInner commit_proof=1[]
pois.CommitProofGroup commit_proof_group_inner=1[]
pois.AccWitnessNode elem=1 wit=2 acc=3
pois.AccProof indexs=1[] labels=2[] wit_chains=3 acc_path=4[]
pois.MinerPoisInfo acc=1 front=2 rear=3 key_n=4 key_g=5 status_tee_sign=6
pois.RequestVerifyCommitAndAccProof commit_proof_group=1 acc_proof=2 miner_id=3 pois_info=4 miner_sign=5
pois.RequestVerifyDeletionProof roots=1[] wit_chain=2 acc_path=3[] miner_id=4 pois_info=5 miner_sign=6
pois.PoisStatus acc=1 front=2 rear=3
pois.ResponseVerifyCommitOrDeletionProof pois_status=1 status_tee_sign=2 signature_with_tee_controller=3
pois.MhtProofGroup proofs=1[]
pois.SpaceProof left=1 right=2 proofs=3[] roots=4[] wit_chains=5[]
pois.RequestSpaceProofVerify space_chals=1[] miner_id=2 pois_info=3 proof=4 miner_space_proof_hash_polkadot_sig=5
pois.ResponseSpaceProofVerify signature=1
pois.ProofHashAndLeftRight space_proof_hash=1 left=2 right=3 tee_id=4
pois.BlocksProof proof_hash_and_left_right=1 signature=3
pois.RequestSpaceProofVerifyTotal miner_id=1 proof_list=2[] front=3 rear=4 acc=5 space_chals=6[]
pois.ResponseSpaceProofVerifyTotal miner_id=1 idle_result=2 signature=3
";

fn descriptors() -> FileDescriptorSet {
    FileDescriptorSet::decode(crate::DESCRIPTORS).unwrap()
}

/// Fields from 100 on are ours.
fn published_fields(message: &DescriptorProto) -> String {
    let fields = message.field.iter().filter(|field| field.number() < 100);
    let fields = fields.map(|field| {
        let list = match field.label() {
            Label::Repeated => "[]",
            _ => "",
        };
        format!("{}={}{list}", field.name(), field.number())
    });
    fields.collect::<Vec<_>>().join(" ")
}

fn collect(prefix: &str, messages: &[DescriptorProto], into: &mut BTreeMap<String, String>) {
    for message in messages {
        let name = format!("{prefix}.{}", message.name());
        collect(&name, &message.nested_type, into);
        into.insert(name, published_fields(message));
    }
}

#[test]
fn published_methods_are_kept() {
    let mut methods = Vec::new();
    for file in descriptors().file {
        for service in &file.service {
            for method in &service.method {
                let mut name = format!("{}.{}/{}", file.package(), service.name(), method.name());
                if method.client_streaming() {
                    name.push('>');
                }
                if method.server_streaming() {
                    name.push('<');
                }
                methods.push(name);
            }
        }
    }
    methods.sort();
    assert_eq!(methods, METHODS);
}

#[test]
fn published_field_numbers_are_kept() {
    let mut messages = BTreeMap::new();
    for file in descriptors().file {
        collect(file.package(), &file.message_type, &mut messages);
    }
    for line in MESSAGES.trim().lines() {
        let (name, fields) = line.split_once(' ').unwrap();
        let found = messages.get(name).map(String::as_str);
        assert_eq!(found, Some(fields), "{name}");
    }
}
