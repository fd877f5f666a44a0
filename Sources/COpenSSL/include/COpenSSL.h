// What FlowModel needs of OpenSSL, as functions Swift can import (OpenSSL's own are macros or variadic in places).
// Ownership: functions named `_new` and `_copy` give the caller something to free with the matching `_free`.
#ifndef DPOP_COPENSSL_H
#define DPOP_COPENSSL_H
#include <stddef.h>
#include <stdint.h>

typedef struct co_key co_key;
/// One key and its reusable verification context. Not for two threads at once.

/// Digests: `bits` is 1 (SHA-1), 256, 384 or 512; `out` holds 64 bytes. Returns the length, 0 on failure.
size_t co_digest(int bits, const uint8_t *data, size_t length, uint8_t *out);

/// A digest over data that comes in pieces. NULL when `bits` is none of the above or memory is short.
typedef struct co_hash co_hash;
co_hash *co_hash_new(int bits);
/// 1 or 0.
int co_hash_add(co_hash *hash, const uint8_t *data, size_t length);
/// Ends the hash; `out` holds 64 bytes. Returns the length, 0 on failure.
size_t co_hash_end(co_hash *hash, uint8_t *out);
void co_hash_free(co_hash *hash);

/// An EC public key from affine coordinates of the curve's exact length. `curve` is an OpenSSL group name.
/// Makes a public EC key another point of the same curve, which takes a fraction of building one; 0 when it is no point.
int co_ec_key_move(co_key *key, const uint8_t *x, const uint8_t *y, size_t length);
co_key *co_ec_key_new(const char *curve, const uint8_t *x, const uint8_t *y, size_t length);
co_key *co_rsa_key_new(const uint8_t *n, size_t n_length, const uint8_t *e, size_t e_length);
/// Ed25519, Ed448, X25519 or X448 from the raw public key.
co_key *co_raw_key_new(const char *type, const uint8_t *raw, size_t length);
/// A public or private key, or a certificate, from PEM text. NULL and `*encrypted` set when it needs a pass phrase.
co_key *co_pem_key_new(const uint8_t *pem, size_t length, int *encrypted);
void co_key_free(co_key *key);

/// The key's type ("EC", "RSA", "RSA-PSS", "ED25519", "ED448", …) and, for EC, its group name.
int co_key_type(co_key *key, char *out, size_t size);
int co_key_group(co_key *key, char *out, size_t size);
/// A public number ("n", "e", "qx", "qy") big endian into `out`, left-padded to `width` when it is not 0. Returns its length.
size_t co_key_number(co_key *key, const char *name, uint8_t *out, size_t size, size_t width);
/// The public key as SubjectPublicKeyInfo, DER.
size_t co_key_spki(co_key *key, uint8_t *out, size_t size);
size_t co_key_raw_public(co_key *key, uint8_t *out, size_t size);

/// Verifications: 1 valid, 0 invalid, -1 could not be tried (see co_last_error).
int co_verify_ecdsa(co_key *key, const uint8_t *digest, size_t digest_length, const uint8_t *raw, size_t raw_length);
int co_verify_ecdsa_der(co_key *key, const uint8_t *digest, size_t digest_length, const uint8_t *der, size_t length);
int co_verify_rsa(co_key *key, int bits, int pss, const uint8_t *data, size_t length, const uint8_t *signature,
                  size_t signature_length);
int co_verify_eddsa(co_key *key, const uint8_t *data, size_t length, const uint8_t *signature, size_t signature_length);

/// An EC key pair from its private number.
co_key *co_ec_pair_new(const char *curve, const uint8_t *d, size_t length);
/// An RSA key pair from its eight numbers in the order n, e, d, p, q, dp, dq, qi; the last five may all be empty.
co_key *co_rsa_pair_new(const uint8_t *const numbers[8], const size_t lengths[8]);
/// Ed25519 or Ed448 from the raw private key.
co_key *co_raw_pair_new(const char *type, const uint8_t *raw, size_t length);
/// A new key pair: "EC" with a group name, "RSA" with a size in bits, "ED25519", "ED448".
co_key *co_pair_generate(const char *type, const char *group, int bits);
/// Why a key file that a pass phrase protects holds no key that can be used.
enum {
    CO_UNREADABLE = 0, // see co_last_error
    CO_NEEDS_PASSPHRASE = 1,
    CO_WRONG_PASSPHRASE = 2,
    CO_TOO_MUCH_WORK = 3, // its pass phrase would take more than CO_MOST_ROUNDS rounds of derivation
    CO_UNSUPPORTED = 4,   // encrypted with what this OpenSSL has not (any more)
};
/// Rounds of key derivation that a file may ask for: some seconds of work. Whoever writes the file chooses them.
enum { CO_MOST_ROUNDS = 2000000 };
/// A private key from PEM text, or from PKCS#12. NULL when there is none, and `*refusal` says why.
co_key *co_private_pem_new(const uint8_t *pem, size_t length, const char *passphrase, int *refusal);
co_key *co_pkcs12_new(const uint8_t *der, size_t length, const char *passphrase, int *refusal);

/// PBKDF2 (RFC 8018 §5.2) with HMAC of SHA-`bits`. 1 or 0.
int co_pbkdf2(int bits, const char *passphrase, size_t passphrase_length, const uint8_t *salt, size_t salt_length, int rounds,
              uint8_t *out, size_t size);
/// AES key unwrap (RFC 3394) of 16 to 64 bytes; `out` holds `length`. The key's length, 0 when it was wrapped with another one.
size_t co_unwrap_key(const uint8_t *key, size_t key_length, const uint8_t *wrapped, size_t length, uint8_t *out);
/// AES-GCM, and AES-CBC with the padding of PKCS#7, under a key of 16, 24 or 32 bytes; `out` holds `length` and 16 more.
/// The length written, 0 on failure.
size_t co_open_gcm(const uint8_t *key, size_t key_length, const uint8_t nonce[12], const uint8_t *aad, size_t aad_length,
                   const uint8_t *sealed, size_t length, const uint8_t tag[16], uint8_t *out);
size_t co_open_cbc(const uint8_t *key, size_t key_length, const uint8_t iv[16], const uint8_t *sealed, size_t length, uint8_t *out);
/// Whether two secrets are the same, in a time that does not tell where they differ.
int co_same(const uint8_t *a, const uint8_t *b, size_t size);
/// The same key once more, to be freed on its own.
co_key *co_key_share(co_key *key);
/// The raw private key of Ed25519 and Ed448.
size_t co_key_raw_private(co_key *key, uint8_t *out, size_t size);

/// A raw R‖S signature over a digest, `half` bytes each. 1 or 0.
int co_sign_ecdsa(co_key *key, const uint8_t *digest, size_t digest_length, uint8_t *raw, size_t half);
/// A signature over a message: RSA with a hash of `bits`, or EdDSA with 0. Returns its length, 0 on failure.
size_t co_sign_message(co_key *key, int bits, int pss, const uint8_t *data, size_t length, uint8_t *out, size_t size);
size_t co_hmac(int bits, const uint8_t *key, size_t key_length, const uint8_t *data, size_t length, uint8_t *out);

/// `size` bytes nobody can guess. 1 or 0.
int co_random(uint8_t *out, size_t size);
void co_wipe(void *memory, size_t size);

/// No core file of this process from now on, and nobody of the same user may look into its memory.
void co_forbid_core(void);
/// AES-256-GCM with a 12-byte nonce; the 16-byte tag follows the text. Return the length written, 0 on failure.
size_t co_seal(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *text, size_t length, uint8_t *out);
size_t co_open(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *sealed, size_t length, uint8_t *out);

/// A fresh self-signed P-256 certificate for the names ("DNS:localhost,IP:127.0.0.1") and its key, as PEM. 1 or 0.
int co_self_signed(const char *common_name, const char *names, int days, char *certificate, size_t certificate_size, char *key,
                   size_t key_size);

/// Takes the oldest error of this thread's queue, empties the queue, and writes its reason. Returns 0 when there was none.
int co_last_error(char *out, size_t size);
#endif
