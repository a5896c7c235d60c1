import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';

/** Signs as a project of Supabase does: with ES256 keys that it publishes and rotates, or with its legacy secret. */
export interface AuthSigner {
  published(): JSONWebKeySet;
  rotate(revoke: boolean): Promise<void>;
  sign(claims: JWTPayload): Promise<string>;
  /** The claims of a token that it signed, or null. */
  read(token: string): Promise<JWTPayload | null>;
}

async function newKey() {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const kid = crypto.randomUUID();
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}

/** @param legacySecret signs with HS256 and publishes nothing, like projects that were not migrated */
export async function authSigner(legacySecret?: string): Promise<AuthSigner> {
  const secret = legacySecret === undefined ? null : new TextEncoder().encode(legacySecret);
  let current = await newKey();
  let keys = [current.jwk];
  return {
    published: () => ({ keys: secret ? [] : keys }),
    async rotate(revoke) {
      current = await newKey();
      keys = revoke ? [current.jwk] : [...keys, current.jwk];
    },
    sign(claims) {
      const unsigned = new SignJWT(claims);
      return secret
        ? unsigned.setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(secret)
        : unsigned.setProtectedHeader({ alg: 'ES256', kid: current.kid, typ: 'JWT' }).sign(current.privateKey);
    },
    async read(token) {
      const verifying = secret ? jwtVerify(token, secret) : jwtVerify(token, createLocalJWKSet({ keys }));
      return verifying.then(({ payload }) => payload).catch(() => null);
    },
  };
}
