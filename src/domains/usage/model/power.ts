/** Users above the line are this share of all, at most. */
export const powerShare = 0.05
/** With fewer users a segment has no line of its own; with fewer in all there is none. */
export const leastInSegment = 100
export const leastInAll = 40

/** One user of one account: events in the window, and how many people the account is for. */
export type Intensity = Readonly<{ segment: string | null; size: number; events: number }>

/** A user is above the line when log(1 + events) >= cut + slope * log(size). */
export type PowerLine = Readonly<{ users: number; slope: number; cut: number }>

export type PowerScale = Readonly<{
  /** Users in all; `line` is null when they are too few. */
  users: number
  all: PowerLine | null
  segments: readonly (PowerLine & Readonly<{ segment: string }>)[]
}>

/** How many people an account is for: its seats, else those who were seen. */
export const sizeOf = (seats: number | null, users: number): number => Math.max(1, seats ?? users)

const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length

/** Least squares of y on x; 0 where x does not vary. */
function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [mean(x), mean(y)]
  let [sxy, sxx] = [0, 0]
  for (const [index, value] of x.entries()) {
    sxy += (value - mx) * (y[index]! - my)
    sxx += (value - mx) ** 2
  }
  return sxx === 0 ? 0 : sxy / sxx
}

function lineOf(users: readonly Intensity[]): PowerLine {
  const x = users.map(({ size }) => Math.log(size))
  const y = users.map(({ events }) => Math.log1p(events))
  const slope = slopeOf(x, y)
  const rests = y.map((value, index) => value - slope * x[index]!).toSorted((a, b) => b - a)
  return { users: users.length, slope, cut: rests[Math.floor(powerShare * rests.length) - 1]! }
}

/**
 * The top of the seat-adjusted distribution: what the size of the account explains (a least-squares slope of log(1 +
 * events) on log(size)) is taken off, and the line lies at the upper 5 % of what remains. Segments with few users use
 * the line of all.
 */
export function powerScaleOf(users: readonly Intensity[]): PowerScale {
  const bySegment = new Map<string, Intensity[]>()
  for (const user of users) {
    if (user.segment === null) continue
    const group = bySegment.get(user.segment)
    if (group) group.push(user)
    else bySegment.set(user.segment, [user])
  }
  return {
    users: users.length,
    all: users.length < leastInAll ? null : lineOf(users),
    segments: [...bySegment]
      .filter(([, group]) => group.length >= leastInSegment)
      .map(([segment, group]) => ({ segment, ...lineOf(group) }))
      .toSorted((a, b) => (a.segment < b.segment ? -1 : 1)),
  }
}

export type Threshold = Readonly<{
  /** From so many events in the window on. */
  events: number
  /** The segment whose users were compared; null: those of all, because the segment has too few. */
  segment: string | null
  among: number
}>

/** From how many events on a user of an account is a power user; null when too few users are known at all. */
export function thresholdOf(scale: PowerScale, segment: string | null, size: number): Threshold | null {
  const own = scale.segments.find((one) => one.segment === segment)
  const line = own ?? scale.all
  if (!line) return null
  // The users on the line are above it: rounding must not part them from it.
  const events = Math.expm1(line.cut + line.slope * Math.log(size)) * (1 - 1e-9)
  return { events: Math.max(events, 0), segment: own?.segment ?? null, among: line.users }
}
