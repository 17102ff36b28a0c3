import createClient, { type Client, type ClientOptions } from 'openapi-fetch'
import { words } from '../words.ts'
import { readProblem } from './problem.ts'
import type { paths } from './schema.d.ts'

let signedOut: () => void = () => {}

/** What to do when the server answers 401: the shell leads to the sign-in page. */
export function onSignedOut(handler: () => void): void {
  signedOut = handler
}

/** A client whose calls throw ProblemError on every answer that is not a success, and say so when none comes. */
export function createApi(options: ClientOptions = {}): Client<paths> {
  const client = createClient<paths>({
    credentials: 'same-origin',
    ...options,
    headers: { 'X-Requested-With': 'mainstay' },
  })
  client.use({
    async onResponse({ response }) {
      if (response.ok) return
      if (response.status === 401) signedOut()
      throw await readProblem(response)
    },
    // fetch says "Failed to fetch", or what else the browser calls it; who called it off is told as it is.
    onError: ({ error }) => (error instanceof TypeError ? new Error(words('noAnswer')) : undefined),
  })
  return client
}

export const api = createApi()

/** The body of a successful call: `const page = await body(api.GET('/api/customers'))`. */
export async function body<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T
}
