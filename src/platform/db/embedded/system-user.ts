import { spawnSync } from 'node:child_process'

export type SystemUser = { name: string; uid: number; gid: number }

/**
 * The user that PostgreSQL runs as when Mainstay is started by root, whom PostgreSQL refuses: `mainstay`, which is
 * created when the system has none, else `postgres`, else `nobody`.
 */
export function systemUser(): SystemUser {
  const user = find('mainstay') ?? create('mainstay') ?? find('postgres') ?? find('nobody')
  if (user) return user
  throw new Error(
    'PostgreSQL cannot run as root, and no other user was found. Start Mainstay as an ordinary user, or create one named mainstay.',
  )
}

/** Whether `user` may enter a folder, asked of the system itself. */
export function canEnter(user: SystemUser, dir: string): boolean {
  const { uid, gid } = user
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', dir], { uid, gid, cwd: '/' }).status === 0
}

function find(name: string): SystemUser | undefined {
  const uid = Number.parseInt(run('id', ['-u', name]), 10)
  const gid = Number.parseInt(run('id', ['-g', name]), 10)
  return uid > 0 && gid >= 0 ? { name, uid, gid } : undefined
}

function create(name: string): SystemUser | undefined {
  // shadow (Debian, Fedora), then busybox (Alpine)
  run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name])
  const created = find(name)
  if (created) return created
  run('adduser', ['-S', '-D', '-H', name])
  return find(name)
}

function run(command: string, args: string[]): string {
  return spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 }).stdout ?? ''
}
