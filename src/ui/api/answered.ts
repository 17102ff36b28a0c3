import { words } from '../words.ts'

/** Says in plain words that the server cannot be reached; resolves when it can. */
export async function demandAnswer(): Promise<void> {
  await fetch('/healthz', { cache: 'no-store' }).catch(() => {
    throw new Error(words('noAnswer'))
  })
}

/** A part of the app that is loaded when it is needed: while the server is away, that is what its failure says. */
export const answered =
  <T>(load: () => Promise<T>): (() => Promise<T>) =>
  () =>
    load().catch(async (error: unknown) => {
      await demandAnswer()
      throw error
    })
