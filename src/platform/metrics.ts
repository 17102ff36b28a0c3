import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = Readonly<{
  observeRequest(method: string, route: string, status: number, seconds: number): void
  jobRan(name: string, outcome: 'done' | 'failed', seconds: number): void
  storeUp(store: string, up: boolean): void
  /** How many pages and programs are told of changes at the moment. */
  liveStreams(count: number): void
  text(): Promise<string>
  contentType: string
}>

/** Counts and durations in Prometheus' text format. */
export function createMetrics(): Metrics {
  const registers = [new Registry()]
  const registry = registers[0] as Registry
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'mainstay_http_request_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
    registers,
  })
  const jobs = new Histogram({
    name: 'mainstay_job_seconds',
    help: 'Time a job ran, by name and outcome',
    labelNames: ['job', 'outcome'],
    buckets: [0.01, 0.1, 1, 10, 60, 600],
    registers,
  })
  const stores = new Gauge({
    name: 'mainstay_store_up',
    help: '1 while the store answers',
    labelNames: ['store'],
    registers,
  })
  const streams = new Gauge({
    name: 'mainstay_live_streams',
    help: 'Streams of server-sent events that are open',
    registers,
  })
  const started = new Counter({ name: 'mainstay_starts_total', help: 'Starts of this process', registers })
  started.inc()
  return {
    observeRequest: (method, route, status, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    jobRan: (job, outcome, seconds) => jobs.observe({ job, outcome }, seconds),
    storeUp: (store, up) => stores.set({ store }, up ? 1 : 0),
    liveStreams: (count) => streams.set(count),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
