//! Why calls fail: the published errors in their order, then ours from index 59 on.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
    #[pallet::error]
    pub enum Error<T> {
        /// A list is full.
        BoundedVecError,
        /// The stash is not bonded; bond it, or name another.
        NotBond,
        /// No worker of this key is registered.
        WorkerNotFound,
        /// Full and Verifier workers need a stash, a Marker must not have one.
        WrongWorkerRole,
        /// A worker without attestation signs its registration itself; a registered one is renewed
        /// by itself or its stash.
        InvalidWorkerPubKey,
        /// Published, never raised: see `InvalidSignatureLength` and `InvalidSignature`.
        MalformedSignature,
        /// A signature has 64 bytes.
        InvalidSignatureLength,
        /// The signature is not the worker's, or not over this payload.
        InvalidSignature,
        /// No launch is under way; governance starts one with `launch_master_key`.
        MasterKeyLaunchRequire,
        /// Another worker was asked to make the master key.
        InvalidMasterKeyFirstHolder,
        /// The payload was signed too long ago, or in the future.
        InvalidMasterKeyApplySigningTime,
        /// The holder of the master key can't leave; governance changes the holder first.
        CannotExitMasterKeyHolder,
        /// The holder of the master key is not registered.
        MasterKeyFirstHolderNotFound,
        /// There is a master key; set `roll_if_launched` to replace it.
        MasterKeyAlreadyLaunched,
        /// A launch is under way; `change_master_key_holder` gives it to another worker.
        MasterKeyLaunching,
        /// This key was a master key before; a roll needs a fresh one.
        MasterKeyMismatch,
        /// There is no master key, or another one is being made.
        MasterKeyUninitialized,
        /// The binary is listed already.
        CesealBinAlreadyExists,
        /// The binary is not listed.
        CesealBinNotFound,
        /// The version is too old, or the binary is not listed where that is required.
        CesealRejected,
        /// No trusted key signed the EPID report.
        InvalidIASSigningCert,
        /// The collateral of a quote is not signed by whom it must be.
        InvalidReport,
        /// The platform is not fit for secrets, or the enclave may be debugged.
        InvalidQuoteStatus,
        /// Published, never raised: EPID reports fail before.
        BadIASReport,
        /// Published, never raised: EPID reports fail before.
        OutdatedIASReport,
        /// Published, never raised: EPID reports fail before.
        UnknownQuoteBodyFormat,
        /// The report vouches for another registration.
        InvalidCesealInfoHash,
        /// An attestation is required.
        NoneAttestationDisabled,
        /// The chain trusts nobody's attestations; register without one.
        UnsupportedAttestationType,
        /// The quote is cut off.
        InvalidDCAPQuote,
        /// The quote comes without its collateral.
        InvalidCertificate,
        /// The collateral can't be read.
        CodecError,
        /// The collateral is outdated; fetch it anew.
        TCBInfoExpired,
        /// The encrypted master key is empty or too long.
        KeyLengthIsInvalid,
        /// Published, never raised.
        PublicKeyIsInvalid,
        /// Published, never raised.
        RsaSignatureIsInvalid,
        /// Published, never raised.
        DerEncodingError,
        /// Quotes of this version can't be read; version 3 can.
        UnsupportedDCAPQuoteVersion,
        /// The quote's attestation key is of an unknown type.
        UnsupportedDCAPAttestationKeyType,
        /// The part of the quote that proves it is cut off, or something follows it.
        UnsupportedQuoteAuthData,
        /// The quote doesn't bring a chain of certificates.
        UnsupportedDCAPPckCertFormat,
        /// Published, never raised.
        LeafCertificateParsingError,
        /// The quote goes back to no trusted key.
        CertificateChainIsInvalid,
        /// The quote's chain of certificates is empty.
        CertificateChainIsTooShort,
        /// Published, never raised.
        IntelExtensionCertificateDecodingError,
        /// Published, never raised.
        IntelExtensionAmbiguity,
        /// Published, never raised.
        CpuSvnLengthMismatch,
        /// Published, never raised.
        CpuSvnDecodingError,
        /// Published, never raised.
        PceSvnDecodingError,
        /// Published, never raised.
        PceSvnLengthMismatch,
        /// Published, never raised.
        FmspcLengthMismatch,
        /// Published, never raised.
        FmspcDecodingError,
        /// Published, never raised.
        FmspcMismatch,
        /// The quoting enclave vouches for another attestation key.
        QEReportHashMismatch,
        /// The attestation key did not sign the enclave's report.
        IsvEnclaveReportSignatureIsInvalid,
        /// Published, never raised.
        DerDecodingError,
        /// Published, never raised.
        OidIsMissing,
        /// Published, never raised: the holder alone distributes the key.
        EmpltyFullWorker,
        /// Only the holder sends the master key, to a worker that asked for it.
        NotFoundDistributor,
        /// The worker, or the payload, belongs to a chain with another genesis block.
        WrongGenesis,
        /// An endpoint, machine id, list of features or report is longer than any honest one.
        FieldTooLong,
        /// The stash neither signs this nor agreed to answer for the worker: `sponsor_worker`.
        StashDidNotAgree,
        /// Only the worker itself or its stash may do this.
        NotYourWorker,
        /// The payload was used before, or is about something that is over.
        StalePayload,
        /// The worker was never sent the current master key: let it apply for it, or roll the key.
        HasNoMasterKey,
        /// The key to encrypt for is not the registered one; register anew first.
        EcdhKeyMismatch,
    }
}
