//! PBES2 (RFC 8018, section 6.2) in one parameter set, within limits, around any small secret.

use pkcs8::EncryptedPrivateKeyInfo;
use pkcs8::der::pem::{self, LineEnding};
use pkcs8::der::{Decode as _, Encode as _};
use pkcs8::pkcs5::{self, pbes2};
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

/// Longest file that is looked at, in bytes of text.
const LONGEST: usize = 4_096;
/// Most rounds of PBKDF2 that are computed for somebody's file: about a second.
const MOST_ROUNDS: u32 = 4_000_000;

/// Rounds of PBKDF2 for a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyFileCost(u32);

impl KeyFileCost {
    /// 600,000 rounds: what OWASP recommends for PBKDF2-HMAC-SHA-256.
    pub const STANDARD: Self = Self(600_000);

    /// Another number of rounds, between 1 and four million; less than the standard is for worthless keys only.
    #[must_use]
    pub const fn rounds(rounds: u32) -> Option<Self> {
        if rounds == 0 || rounds > MOST_ROUNDS {
            None
        } else {
            Some(Self(rounds))
        }
    }
}

/// Why a key file is not written or not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// The text is too long to be a key file.
    #[error("the key file has {0} bytes: too long to be one")]
    TooLong(usize),
    /// The text is not PEM.
    #[error("the key file is not PEM text")]
    Pem,
    /// The PEM label is another one.
    #[error("the key file is not a {0}")]
    Label(&'static str),
    /// The structure is not encrypted PKCS#8.
    #[error("the key file is not encrypted PKCS#8")]
    Structure,
    /// Another scheme than PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC.
    #[error("the key file is not protected by PBKDF2-HMAC-SHA-256 and AES-256-CBC")]
    Scheme,
    /// The file asks for more work, or stranger parameters, than is reasonable.
    #[error("the key file asks for {0} rounds of key derivation: not between 1 and {MOST_ROUNDS}")]
    Cost(u32),
    /// The passphrase is wrong, or the file is damaged; the two cannot be told apart.
    #[error("the passphrase is wrong or the key file is damaged")]
    Passphrase,
    /// What was decrypted is not a key of the expected kind: wrong passphrase, damage, or another algorithm.
    #[error("the passphrase is wrong, or the key file holds another kind of key")]
    Inner,
    /// The key is valid but not the expected one.
    #[error("the key file holds another key than the one enrolled")]
    OtherKey,
}

/// Encrypts `inner` under the passphrase and writes PEM with that label.
pub(super) fn seal(
    label: &'static str,
    cost: KeyFileCost,
    inner: &[u8],
    passphrase: &[u8],
    rng: &mut (impl CryptoRng + RngCore),
) -> Result<Zeroizing<String>, KeyFileError> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    rng.fill_bytes(&mut salt);
    rng.fill_bytes(&mut iv);
    let parameters = pbes2::Parameters::pbkdf2_sha256_aes256cbc(cost.0, &salt, &iv);
    let parameters = parameters.map_err(|_| KeyFileError::Cost(cost.0))?;
    let sealed = parameters
        .encrypt(passphrase, inner)
        .map_err(|_| KeyFileError::Structure)?;
    let file = EncryptedPrivateKeyInfo {
        encryption_algorithm: parameters.into(),
        encrypted_data: &sealed,
    };
    let der = file.to_der().map_err(|_| KeyFileError::Structure)?;
    let text = pem::encode_string(label, LineEnding::LF, &der).map_err(|_| KeyFileError::Pem)?;
    Ok(Zeroizing::new(text))
}

/// Reads PEM with that label and decrypts it, after every parameter was found within limits.
pub(super) fn open(
    label: &'static str,
    text: &str,
    passphrase: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    if text.len() > LONGEST {
        return Err(KeyFileError::TooLong(text.len()));
    }
    let (found, der) = pem::decode_vec(text.as_bytes()).map_err(|_| KeyFileError::Pem)?;
    if found != label {
        return Err(KeyFileError::Label(label));
    }
    let file = EncryptedPrivateKeyInfo::from_der(&der).map_err(|_| KeyFileError::Structure)?;
    let pkcs5::EncryptionScheme::Pbes2(parameters) = &file.encryption_algorithm else {
        return Err(KeyFileError::Scheme);
    };
    let kdf = parameters.kdf.pbkdf2().ok_or(KeyFileError::Scheme)?;
    let cipher = matches!(parameters.encryption, pbes2::EncryptionScheme::Aes256Cbc { .. });
    let length = matches!(kdf.key_length, None | Some(32));
    if !cipher || !length || kdf.prf != pbes2::Pbkdf2Prf::HmacWithSha256 {
        return Err(KeyFileError::Scheme);
    }
    if kdf.iteration_count == 0 || kdf.iteration_count > MOST_ROUNDS {
        return Err(KeyFileError::Cost(kdf.iteration_count));
    }
    let inner = parameters.decrypt(passphrase, file.encrypted_data);
    inner.map(Zeroizing::new).map_err(|_| KeyFileError::Passphrase)
}
