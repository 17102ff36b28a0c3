/** A path of this site to return to; whatever leads elsewhere, or back to sign-in, becomes '/'. */
export function safePath(next: unknown): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next)) return '/'
  const here = 'http://mainstay.invalid'
  if (!URL.canParse(next, here)) return '/'
  const { origin, pathname, search, hash } = new URL(next, here)
  const leaves = origin !== here || pathname.startsWith('//')
  return leaves || pathname === '/sign-in' ? '/' : pathname + search + hash
}
