export const snippetKinds = ['curl', 'node', 'rudder', 'browser'] as const
export type SnippetKind = (typeof snippetKinds)[number]

/** Those that make sense for a kind of key. */
export const snippetsFor = (kind: 'server' | 'browser'): readonly SnippetKind[] =>
  kind === 'server' ? ['curl', 'node', 'rudder'] : ['browser']

/** JavaScript text in single quotes. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`

const event = 'Report opened'
const user = 'user-123'
const group = 'company-123'

const body = JSON.stringify({ userId: user, event, context: { groupId: group } })

const texts: Readonly<Record<SnippetKind, (url: string, key: string) => string>> = {
  curl: (url, key) =>
    [
      `curl ${url}/v1/track \\`,
      `  -u ${quoted(`${key}:`)} \\`,
      `  -H 'content-type: application/json' \\`,
      `  -d ${quoted(body)}`,
    ].join('\n'),
  node: (url, key) =>
    [
      `// npm install @segment/analytics-node`,
      `import { Analytics } from '@segment/analytics-node'`,
      ``,
      `const analytics = new Analytics({ writeKey: ${quoted(key)}, host: ${quoted(url)} })`,
      `analytics.identify({ userId: '${user}', traits: { name: 'Ada Byron', email: 'ada@example.com' } })`,
      `analytics.group({ userId: '${user}', groupId: '${group}', traits: { name: 'Example company' } })`,
      `analytics.track({ userId: '${user}', event: '${event}' })`,
      `await analytics.closeAndFlush()`,
    ].join('\n'),
  rudder: (url, key) =>
    [
      `// npm install @rudderstack/rudder-sdk-node`,
      `import RudderAnalytics from '@rudderstack/rudder-sdk-node'`,
      ``,
      `const analytics = new RudderAnalytics(${quoted(key)}, { dataPlaneUrl: ${quoted(url)} })`,
      `analytics.track({ userId: '${user}', event: '${event}', context: { groupId: '${group}' } })`,
      `await analytics.flush()`,
    ].join('\n'),
  browser: (url, key) =>
    [
      `// npm install @segment/analytics-next`,
      `import { AnalyticsBrowser } from '@segment/analytics-next'`,
      ``,
      `// cdnURL: settings come from here, and say that events go here. Nothing goes anywhere else.`,
      `const analytics = AnalyticsBrowser.load({ writeKey: ${quoted(key)}, cdnURL: ${quoted(url)} })`,
      `analytics.identify('${user}')`,
      `analytics.group('${group}')`,
      `analytics.track('${event}')`,
    ].join('\n'),
}

/** Code that sends a first event to the server at `url` (without a final slash), to be copied and run as it is. */
export const snippet = (kind: SnippetKind, url: string, key: string): string => texts[kind](url, key)
