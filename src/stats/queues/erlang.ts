import { insist, StatsError } from '../stats-error.ts'

function insistLoad(load: number, servers: number): void {
  insist(load > 0 && Number.isFinite(load), `A load of work lies above 0, not at ${load}.`)
  insist(Number.isInteger(servers) && servers >= 1, `A number of servers is whole, from 1, not ${servers}.`)
}

/**
 * Ends the call with `unstable` unless the servers can do the work that arrives.
 *
 * Source: a steady state needs load < servers; L. Kleinrock, Queueing Systems 1 (1975), section 2.1. Cost: O(1).
 *
 * @param load work that arrives in the time in which one server does 1: arrival rate by service rate
 * @throws StatsError unstable
 * @example
 * insistStable(3.3, 4) // undefined
 */
export function insistStable(load: number, servers: number): void {
  if (!(load < servers))
    throw new StatsError(
      'unstable',
      `Work for ${load} servers arrives at ${servers}: the queue grows without end until some are added.`,
    )
}

/**
 * Chance that an arrival finds all servers busy, where nobody waits: B = (a^c / c!) / (sum of a^k / k!), by the recursion
 * B_k = a B_(k-1) / (k + a B_(k-1)).
 *
 * Source: A. K. Erlang, Post Office Electrical Engineers' J. 10 (1917) 189; L. Kleinrock (1975), section 3.6. Assumes Poisson
 * arrivals; any distribution of service. Cost: O(servers).
 *
 * @param load arrival rate by service rate, above 0
 * @throws StatsError bad_input
 * @example
 * erlangB(10 / 3, 4) // 0.242577140
 */
export function erlangB(load: number, servers: number): number {
  insistLoad(load, servers)
  let blocked = 1
  for (let k = 1; k <= servers; k += 1) blocked = (load * blocked) / (k + load * blocked)
  return blocked
}

/**
 * Chance that an arrival has to wait: C = B / (1 - rho (1 - B)), rho = load / servers.
 *
 * Source: A. K. Erlang (1917); L. Kleinrock (1975), eq. 3.40. Assumes Poisson arrivals, exponential service, no one who gives
 * up. Cost: O(servers).
 *
 * @param load arrival rate by service rate, above 0 and below servers
 * @throws StatsError bad_input; unstable when load >= servers
 * @example
 * erlangC(10 / 3, 4) // 0.657721652
 */
export function erlangC(load: number, servers: number): number {
  insistLoad(load, servers)
  insistStable(load, servers)
  const blocked = erlangB(load, servers)
  return blocked / (1 - (load / servers) * (1 - blocked))
}
