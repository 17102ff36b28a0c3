import { keepPreviousData, QueryClient } from '@tanstack/react-query'
import { ProblemError } from './problem.ts'

/** Old data stay visible while new load; only failures that may pass are tried again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        placeholderData: keepPreviousData,
        staleTime: 15_000,
        retry: (failures, error) => failures < 2 && !isFinal(error),
      },
      mutations: { retry: false },
    },
  })
}

function isFinal(error: Error): boolean {
  return error instanceof ProblemError && error.status < 500 && error.status !== 429
}
