/** Format in which a system stores PBKDF2 hashes: `<prefix><iterations>$<salt>$<digest>`. */
export interface Pbkdf2Format {
  id: string;
  prefix: string;
  /** Matches a stored hash and captures iterations, salt and digest. */
  pattern: RegExp;
  algorithm: 'sha256' | 'sha512';
  /** Length of the digest in bytes. */
  length: number;
  /** Iterations of new hashes. */
  iterations: number;
  /** Iterations above which a stored hash counts as damaged and never matches: some seconds of one thread. */
  maxIterations: number;
  /** Decodes the text of a salt. */
  saltBytes: (salt: string) => Buffer;
  /** Encodes a digest, or a new salt. */
  encode: (bytes: Buffer) => string;
}

/** Returns the characters of the salt as bytes: neither Piccolo nor Django decodes them. */
const letters = (salt: string): Buffer => Buffer.from(salt);

/** {@link https://github.com/piccolo-orm/piccolo Piccolo}'s `BaseUser`: the digest in hexadecimal. */
export const PICCOLO: Pbkdf2Format = {
  id: 'piccolo-pbkdf2-sha256',
  prefix: 'pbkdf2_sha256$',
  pattern: /^pbkdf2_sha256\$([1-9]\d{0,6})\$([!-#%-~]{1,128})\$([0-9a-f]{64})$/,
  algorithm: 'sha256',
  length: 32,
  iterations: 600_000,
  maxIterations: 5_000_000,
  saltBytes: letters,
  encode: (bytes) => bytes.toString('hex'),
};

/** {@link https://docs.djangoproject.com/en/stable/topics/auth/passwords/ Django}: the same prefix, the digest in base64. */
export const DJANGO: Pbkdf2Format = {
  ...PICCOLO,
  id: 'django-pbkdf2-sha256',
  // The last character carries 4 bits of the digest. Any other character there would be a second spelling.
  pattern: /^pbkdf2_sha256\$([1-9]\d{0,6})\$([!-#%-~]{1,128})\$([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)$/,
  encode: (bytes) => bytes.toString('base64'),
};

/** passlib's {@link https://passlib.readthedocs.io/en/stable/lib/passlib.hash.pbkdf2_digest.html pbkdf2_sha512}, used by Zato. */
export const PASSLIB: Pbkdf2Format = {
  id: 'passlib-pbkdf2-sha512',
  prefix: '$pbkdf2-sha512$',
  pattern:
    /^\$pbkdf2-sha512\$([1-9]\d{0,6})\$((?:[./A-Za-z0-9]{4})*(?:[./A-Za-z0-9]{2,3})?)\$([./A-Za-z0-9]{85}[AQgw])$/,
  algorithm: 'sha512',
  length: 64,
  iterations: 210_000,
  maxIterations: 2_000_000,
  saltBytes: (salt) => Buffer.from(salt.replaceAll('.', '+'), 'base64'),
  encode: (bytes) => bytes.toString('base64').replace(/=+$/, '').replaceAll('+', '.'),
};
