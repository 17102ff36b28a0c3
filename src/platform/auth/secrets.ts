import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** 256 random bits for links, sessions and keys; only its hash is ever stored. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** Fast hash: enough for a secret of 256 random bits, and it can be looked up. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest()

export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(hashSecret(a), hashSecret(b))
}

type Cost = Readonly<{ N: number; r: number; p: number }>

/** 64 MB and two passes a guess; OWASP password storage cheat sheet, 2024. */
const cost: Cost = { N: 2 ** 16, r: 8, p: 2 }

const derive = (password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, 32, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  )

/** `scrypt$N$r$p$salt$hash`, so that the cost can be raised later without locking anybody out. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64'), key.toString('base64')].join('$')
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, N, r, p, salt, hash] = stored.split('$')
  if (scheme !== 'scrypt' || !salt || !hash) return false
  const key = await derive(password, Buffer.from(salt, 'base64'), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  })
  return timingSafeEqual(key, Buffer.from(hash, 'base64'))
}

/** Takes as long as a real check, so that an unknown e-mail address cannot be told by the time it takes. */
export const wasteVerification = async (password: string): Promise<false> => {
  await derive(password, Buffer.alloc(16), cost)
  return false
}
