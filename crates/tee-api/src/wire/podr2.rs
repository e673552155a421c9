//! Tags and proofs over service fragments.

use crate::{
    convert::{hash, required, BadField},
    podr2::{
        request_batch_verify::BatchVerifyParam, tag::T, GenTagMsg, RequestBatchVerify,
        Tag as TagMessage,
    },
};
use cess_podr2::{Proof, Tag, TagCore, Tagged};

/// The answer to a tag request; `signature` is the master key's over the digest list.
pub fn tag_message(tagged: Tagged, signature: [u8; 64]) -> GenTagMsg {
    let Tagged {
        tag: Tag {
            t,
            phi_hash,
            attest,
        },
        u_sig,
    } = tagged;
    GenTagMsg {
        tag: Some(TagMessage {
            t: Some(T {
                name: t.name.to_text(),
                u: t.u,
                phi: t.phi,
            }),
            phi_hash,
            attest,
        }),
        u_sig,
        signature: signature.to_vec(),
    }
}

/// The tag in an answer. Whether it is a good one, `PublicKey::check_tag` says.
pub fn tagged(message: GenTagMsg) -> Result<Tagged, BadField> {
    let TagMessage {
        t,
        phi_hash,
        attest,
    } = required(message.tag, "msg.tag")?;
    let T { name, u, phi } = required(t, "msg.tag.t")?;
    let t = TagCore {
        name: hash(name, "msg.tag.t.name")?,
        u,
        phi,
    };
    Ok(Tagged {
        tag: Tag {
            t,
            phi_hash,
            attest,
        },
        u_sig: message.u_sig,
    })
}

/// The proof as the fields `agg_proof` and `u_sigs` of a request.
pub fn proof_message(proof: Proof) -> (BatchVerifyParam, Vec<Vec<u8>>) {
    let Proof {
        names,
        us,
        u_sigs,
        mus,
        sigma,
    } = proof;
    let names = names.iter().map(|name| name.to_text()).collect();
    (
        BatchVerifyParam {
            names,
            us,
            mus,
            sigma,
        },
        u_sigs,
    )
}

/// The proof in a request.
pub fn proof(request: &RequestBatchVerify) -> Result<Proof, BadField> {
    let BatchVerifyParam {
        names,
        us,
        mus,
        sigma,
    } = required(request.agg_proof.clone(), "agg_proof")?;
    let names = names
        .iter()
        .map(|name| hash(name, "agg_proof.names"))
        .collect::<Result<_, _>>()?;
    Ok(Proof {
        names,
        us,
        u_sigs: request.u_sigs.clone(),
        mus,
        sigma,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cess_primitives::Hash;

    #[test]
    fn tags_round_trip() {
        let core = TagCore {
            name: Hash::of(b"f"),
            u: "7".into(),
            phi: vec!["1".into(), "2".into()],
        };
        let tag = Tag {
            t: core,
            phi_hash: "ab".into(),
            attest: "cd".into(),
        };
        let original = Tagged {
            tag,
            u_sig: vec![1, 2],
        };
        assert_eq!(tagged(tag_message(original.clone(), [9; 64])), Ok(original));
        assert_eq!(
            tagged(GenTagMsg::default()),
            Err(BadField::Missing("msg.tag"))
        );
    }

    #[test]
    fn proofs_round_trip() {
        let original = Proof {
            names: vec![Hash::of(b"f")],
            us: vec!["7".into()],
            u_sigs: vec![vec![3]],
            mus: vec!["8".into()],
            sigma: "9".into(),
        };
        let (agg_proof, u_sigs) = proof_message(original.clone());
        let request = RequestBatchVerify {
            agg_proof: Some(agg_proof),
            u_sigs,
            ..Default::default()
        };
        assert_eq!(proof(&request), Ok(original));
        assert_eq!(
            proof(&RequestBatchVerify::default()),
            Err(BadField::Missing("agg_proof"))
        );
    }
}
