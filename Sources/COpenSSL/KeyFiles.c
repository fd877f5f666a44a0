// Private keys out of files that a pass phrase protects: PEM, PKCS#12, and the parts that a JWE is made of.
#include "Internal.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <string.h>

// MARK: how much work a file may ask for

/// Takes what a number asks for from what is left; 0 when it is too much, or no positive number.
static int spend(int64_t *left, const ASN1_INTEGER *number) {
    int64_t asked = 0;
    if (number == NULL || ASN1_INTEGER_get_int64(&asked, number) != 1 || asked < 1 || asked > *left) return 0;
    *left -= asked;
    return 1;
}

static int spend_scrypt(int64_t *left, const ASN1_TYPE *parameter) {
    SCRYPT_PARAMS *scrypt = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), parameter);
    if (scrypt == NULL) return 1; // OpenSSL will not read it either
    // One block of one round is as much work as half an iteration of PBKDF2.
    int64_t cost = 0, size = 0, lanes = 0, bound = *left * 2;
    int good = ASN1_INTEGER_get_int64(&cost, scrypt->costParameter) == 1 && ASN1_INTEGER_get_int64(&size, scrypt->blockSize) == 1 &&
               ASN1_INTEGER_get_int64(&lanes, scrypt->parallelizationParameter) == 1 && cost > 0 && size > 0 && lanes > 0 &&
               cost <= bound && size <= bound / cost && lanes <= bound / cost / size;
    if (good) *left -= cost * size * lanes / 2;
    SCRYPT_PARAMS_free(scrypt);
    return good;
}

/// The key derivation inside of PBES2 (RFC 8018 §6.2) and PBMAC1.
static int spend_derivation(int64_t *left, const X509_ALGOR *derivation) {
    int nid = OBJ_obj2nid(derivation->algorithm), good = 1;
    if (nid == NID_id_scrypt) return spend_scrypt(left, derivation->parameter);
    if (nid != NID_id_pbkdf2) return 1;
    PBKDF2PARAM *pbkdf2 = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), derivation->parameter);
    if (pbkdf2 != NULL) good = spend(left, pbkdf2->iter);
    PBKDF2PARAM_free(pbkdf2);
    return good;
}

/// What deriving a key for this algorithm takes. One that is not known costs nothing: it is refused anyway.
static int spend_algorithm(int64_t *left, const X509_ALGOR *algorithm) {
    int nid = OBJ_obj2nid(algorithm->algorithm), good = 1;
    if (nid == NID_pbes2 || nid == NID_pbmac1) {
        PBE2PARAM *pbes2 = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);
        if (pbes2 != NULL) good = spend_derivation(left, pbes2->keyfunc);
        PBE2PARAM_free(pbes2);
        return good;
    }
    PBEPARAM *pbe = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);
    if (pbe != NULL) good = spend(left, pbe->iter);
    PBEPARAM_free(pbe);
    return good;
}

static int spend_sealed(int64_t *left, const X509_SIG *sealed) {
    const X509_ALGOR *algorithm = NULL;
    if (sealed == NULL) return 1;
    X509_SIG_get0(sealed, &algorithm, NULL);
    return spend_algorithm(left, algorithm);
}

/// Every PKCS#8 block of a PEM text, read or not: which one OpenSSL takes is its own affair.
static int pem_is_bounded(const uint8_t *pem, size_t length) {
    int64_t left = CO_MOST_ROUNDS;
    char *name = NULL, *header = NULL;
    unsigned char *der = NULL;
    long der_length = 0;
    int good = 1;
    BIO *bio = BIO_new_mem_buf(pem, (int)length);
    while (good && bio != NULL && PEM_read_bio(bio, &name, &header, &der, &der_length) == 1) {
        if (strcmp(name, PEM_STRING_PKCS8) == 0) {
            const unsigned char *at = der;
            X509_SIG *sealed = d2i_X509_SIG(NULL, &at, der_length);
            good = spend_sealed(&left, sealed);
            X509_SIG_free(sealed);
        }
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
        name = header = NULL, der = NULL;
    }
    BIO_free(bio);
    ERR_clear_error();
    return good;
}

/// Bags within bags are as deep as somebody likes to write them.
enum { DEEPEST_BAG = 8 };

static int bags_are_bounded(int64_t *left, const STACK_OF(PKCS12_SAFEBAG) * bags, int depth) {
    if (depth > DEEPEST_BAG) return 0;
    for (int at = 0; at < sk_PKCS12_SAFEBAG_num(bags); at++) {
        const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(bags, at);
        int nid = PKCS12_SAFEBAG_get_nid(bag);
        if (nid == NID_pkcs8ShroudedKeyBag && !spend_sealed(left, PKCS12_SAFEBAG_get0_pkcs8(bag))) return 0;
        if (nid == NID_safeContentsBag && !bags_are_bounded(left, PKCS12_SAFEBAG_get0_safes(bag), depth + 1)) return 0;
    }
    return 1;
}

static int safe_is_bounded(int64_t *left, PKCS7 *safe, const char *passphrase) {
    STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
    int nid = OBJ_obj2nid(safe->type), good = 1;
    if (nid == NID_pkcs7_data) bags = PKCS12_unpack_p7data(safe);
    if (nid == NID_pkcs7_encrypted) {
        if (safe->d.encrypted == NULL || safe->d.encrypted->enc_data == NULL) return 1;
        // It is opened twice: here, and when the key is taken out.
        const X509_ALGOR *algorithm = safe->d.encrypted->enc_data->algorithm;
        if (!spend_algorithm(left, algorithm) || !spend_algorithm(left, algorithm)) return 0;
        bags = PKCS12_unpack_p7encdata(safe, passphrase, -1);
    }
    if (bags != NULL) good = bags_are_bounded(left, bags, 0);
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
    return good;
}

static int store_is_bounded(int64_t *left, PKCS12 *store, const char *passphrase) {
    STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(store);
    int good = 1;
    for (int at = 0; at < sk_PKCS7_num(safes) && good; at++) good = safe_is_bounded(left, sk_PKCS7_value(safes, at), passphrase);
    sk_PKCS7_pop_free(safes, PKCS7_free);
    ERR_clear_error();
    return good;
}

static int mac_is_bounded(int64_t *left, const PKCS12 *store) {
    const ASN1_INTEGER *rounds = NULL;
    const X509_ALGOR *algorithm = NULL;
    PKCS12_get0_mac(NULL, &algorithm, NULL, &rounds, store);
    if (rounds != NULL && !spend(left, rounds)) return 0;
    return algorithm == NULL || OBJ_obj2nid(algorithm->algorithm) != NID_pbmac1 || spend_algorithm(left, algorithm);
}

// MARK: PEM and PKCS#12

struct passphrase {
    const char *text;
    int asked;
};

static int give_password(char *buffer, int size, int writing, void *context) {
    struct passphrase *given = context;
    (void)writing;
    given->asked = 1;
    if (given->text == NULL || strlen(given->text) > (size_t)size) return -1;
    memcpy(buffer, given->text, strlen(given->text));
    return (int)strlen(given->text);
}

/// Whether OpenSSL's words say that it has no such cipher or digest: then no pass phrase would do.
static int is_unsupported(void) {
    unsigned long code;
    int found = 0;
    while ((code = ERR_get_error()) != 0) {
        int library = ERR_GET_LIB(code), reason = ERR_GET_REASON(code);
        if (library == ERR_LIB_EVP &&
            (reason == ERR_R_UNSUPPORTED || reason == EVP_R_UNSUPPORTED_ALGORITHM || reason == EVP_R_UNKNOWN_PBE_ALGORITHM ||
             reason == EVP_R_UNSUPPORTED_CIPHER || reason == EVP_R_UNSUPPORTED_PRF || reason == EVP_R_UNSUPPORTED_KEY_DERIVATION_FUNCTION))
            found = 1;
        if (library == ERR_LIB_PEM && reason == PEM_R_UNSUPPORTED_ENCRYPTION) found = 1;
    }
    return found;
}

co_key *co_private_pem_new(const uint8_t *pem, size_t length, const char *passphrase, int *refusal) {
    struct passphrase given = {passphrase, 0};
    *refusal = CO_UNREADABLE;
    ERR_clear_error();
    if (!pem_is_bounded(pem, length)) {
        *refusal = CO_TOO_MUCH_WORK;
        return NULL;
    }
    BIO *bio = BIO_new_mem_buf(pem, (int)length);
    EVP_PKEY *pkey = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, give_password, &given) : NULL;
    BIO_free(bio);
    if (pkey != NULL) ERR_clear_error();
    if (pkey == NULL && given.asked)
        *refusal = passphrase == NULL ? CO_NEEDS_PASSPHRASE : is_unsupported() ? CO_UNSUPPORTED : CO_WRONG_PASSPHRASE;
    return co_wrap(pkey);
}

/// Whether a store opens with the pass phrase, as far as it says so itself.
static int refusal_of(PKCS12 *store, const char *passphrase) {
    int64_t left = CO_MOST_ROUNDS;
    int wrong = passphrase != NULL && *passphrase != 0 ? CO_WRONG_PASSPHRASE : CO_NEEDS_PASSPHRASE;
    if (!mac_is_bounded(&left, store)) return CO_TOO_MUCH_WORK;
    if (PKCS12_mac_present(store) && PKCS12_verify_mac(store, passphrase, -1) != 1 && PKCS12_verify_mac(store, NULL, 0) != 1) return wrong;
    return store_is_bounded(&left, store, passphrase) ? 0 : CO_TOO_MUCH_WORK;
}

co_key *co_pkcs12_new(const uint8_t *der, size_t length, const char *passphrase, int *refusal) {
    const unsigned char *at = der;
    EVP_PKEY *pkey = NULL;
    X509 *certificate = NULL;
    const char *given = passphrase != NULL ? passphrase : "";
    *refusal = CO_UNREADABLE;
    ERR_clear_error();
    PKCS12 *store = d2i_PKCS12(NULL, &at, (long)length);
    if (store == NULL) return NULL;
    int found = refusal_of(store, given);
    if (found != 0) {
        *refusal = found;
    } else if (PKCS12_parse(store, given, &pkey, &certificate, NULL) != 1) {
        *refusal = is_unsupported() ? CO_UNSUPPORTED : *given == 0 ? CO_NEEDS_PASSPHRASE : CO_WRONG_PASSPHRASE;
    }
    ERR_clear_error();
    X509_free(certificate);
    PKCS12_free(store);
    return co_wrap(pkey);
}

// MARK: what a JWE is made of

int co_pbkdf2(int bits, const char *passphrase, size_t passphrase_length, const uint8_t *salt, size_t salt_length, int rounds,
              uint8_t *out, size_t size) {
    const EVP_MD *md = co_digest_of(bits);
    ERR_clear_error();
    return md != NULL && PKCS5_PBKDF2_HMAC(passphrase, (int)passphrase_length, salt, (int)salt_length, rounds, md, (int)size, out) == 1;
}

static const EVP_CIPHER *pick(size_t key_length, const EVP_CIPHER *short_one, const EVP_CIPHER *middle, const EVP_CIPHER *long_one) {
    return key_length == 16 ? short_one : key_length == 24 ? middle : key_length == 32 ? long_one : NULL;
}

/// Decrypts in one go; the length written, 0 on failure.
static size_t decrypt(const EVP_CIPHER *cipher, const uint8_t *key, const uint8_t *iv, const uint8_t *aad, size_t aad_length,
                      const uint8_t *sealed, size_t length, const uint8_t *tag, uint8_t *out) {
    int written = 0, rest = 0, done = 0;
    ERR_clear_error();
    EVP_CIPHER_CTX *context = cipher != NULL ? EVP_CIPHER_CTX_new() : NULL;
    if (context != NULL) EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    if (context != NULL && EVP_DecryptInit_ex(context, cipher, NULL, key, iv) == 1 &&
        (aad == NULL || EVP_DecryptUpdate(context, NULL, &written, aad, (int)aad_length) == 1) &&
        EVP_DecryptUpdate(context, out, &written, sealed, (int)length) == 1 &&
        (tag == NULL || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, (void *)tag) == 1) &&
        EVP_DecryptFinal_ex(context, out + written, &rest) == 1)
        done = 1;
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    return done ? (size_t)(written + rest) : 0;
}

size_t co_unwrap_key(const uint8_t *key, size_t key_length, const uint8_t *wrapped, size_t length, uint8_t *out) {
    if (length < 24 || length > 72 || length % 8 != 0) return 0;
    return decrypt(pick(key_length, EVP_aes_128_wrap(), EVP_aes_192_wrap(), EVP_aes_256_wrap()), key, NULL, NULL, 0, wrapped,
                   length, NULL, out);
}

size_t co_open_gcm(const uint8_t *key, size_t key_length, const uint8_t nonce[12], const uint8_t *aad, size_t aad_length,
                   const uint8_t *sealed, size_t length, const uint8_t tag[16], uint8_t *out) {
    return decrypt(pick(key_length, EVP_aes_128_gcm(), EVP_aes_192_gcm(), EVP_aes_256_gcm()), key, nonce, aad, aad_length, sealed,
                   length, tag, out);
}

size_t co_open_cbc(const uint8_t *key, size_t key_length, const uint8_t iv[16], const uint8_t *sealed, size_t length, uint8_t *out) {
    if (length % 16 != 0) return 0;
    return decrypt(pick(key_length, EVP_aes_128_cbc(), EVP_aes_192_cbc(), EVP_aes_256_cbc()), key, iv, NULL, 0, sealed, length, NULL,
                   out);
}

int co_same(const uint8_t *a, const uint8_t *b, size_t size) { return CRYPTO_memcmp(a, b, size) == 0; }
