import { useSyncExternalStore } from 'react'
import { readProblem } from '../../../ui/api/problem.ts'
import { fileSize } from '../../../ui/controls/FileDrop.tsx'
import type { Import } from './queries.ts'
import { inFileOrder } from './steps.ts'
import { words } from './words.ts'

/** A file on its way to the server. */
export type Upload = Readonly<{
  id: number
  file: File
  state: 'waiting' | 'sending' | 'looked' | 'ready' | 'failed' | 'cancelled'
  sentBytes: number
  answer: Import | null
  /** Why it was not taken in. */
  reason: string | null
}>

let uploads: readonly Upload[] = []
let lastId = 0
let active: { id: number; request: XMLHttpRequest } | null = null
const listeners = new Set<() => void>()

/** Every file of this visit that is on its way or has not been put aside. They go on while pages change. */
export const useUploads = (): readonly Upload[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => uploads,
  )

/** Sends files one after the other; `onReady` hears of each that was taken in, and whether others are left. */
export function startUploads(
  files: readonly File[],
  limitBytes: number | null,
  onReady: (entry: Import, alone: boolean) => void,
): void {
  const added = inFileOrder(files).map((file): Upload => {
    const tooLarge = limitBytes !== null && file.size > limitBytes
    const sizes = { size: fileSize(file.size), limit: fileSize(limitBytes ?? 0) }
    return {
      id: ++lastId,
      file,
      state: tooLarge ? 'failed' : 'waiting',
      sentBytes: 0,
      answer: null,
      reason: tooLarge ? words('uploadTooLarge', sizes) : null,
    }
  })
  publish([...uploads.filter(({ state }) => state !== 'cancelled'), ...added])
  const alone = uploads.length === 1
  hearing = (entry) => onReady(entry, alone)
  sendNext()
}

let hearing: (entry: Import) => void = () => {}

export function cancelUpload(id: number): void {
  update(id, { state: 'cancelled' })
  if (active?.id === id) active.request.abort()
}

export function retryUpload(id: number): void {
  update(id, { state: 'waiting', sentBytes: 0, reason: null })
  sendNext()
}

export const dismissUpload = (id: number): void => publish(uploads.filter((upload) => upload.id !== id))

function sendNext(): void {
  const next = uploads.find(({ state }) => state === 'waiting')
  if (active || !next) return
  const request = send(next.file, (sentBytes, done) =>
    update(next.id, { sentBytes, state: done ? 'looked' : 'sending' }),
  )
  active = { id: next.id, request: request.xhr }
  update(next.id, { state: 'sending' })
  void request.answer
    .then(
      (answer) => {
        update(next.id, { state: 'ready', answer })
        hearing(answer)
      },
      (error: Error) => {
        if (uploads.find(({ id }) => id === next.id)?.state === 'cancelled') return
        update(next.id, { state: 'failed', reason: error.message })
      },
    )
    .finally(() => {
      active = null
      sendNext()
    })
}

// Only XMLHttpRequest tells in every browser how much of a body has been sent.
function send(file: File, onProgress: (sentBytes: number, done: boolean) => void) {
  const xhr = new XMLHttpRequest()
  const answer = new Promise<Import>((resolve, reject) => {
    xhr.upload.onprogress = ({ loaded }) => onProgress(loaded, loaded >= file.size)
    xhr.upload.onload = () => onProgress(file.size, true)
    xhr.onerror = () => reject(new Error(words('uploadBroke')))
    xhr.onabort = xhr.onerror
    xhr.onload = () => {
      if (xhr.status === 201) return resolve(JSON.parse(xhr.responseText) as Import)
      const contentType = xhr.getResponseHeader('content-type') ?? ''
      const headers = { 'content-type': contentType }
      void readProblem(new Response(xhr.responseText, { status: xhr.status, headers })).then(reject)
    }
    xhr.open('POST', `/api/v1/imports?fileName=${encodeURIComponent(file.name)}`)
    xhr.setRequestHeader('X-Requested-With', 'mainstay')
    xhr.setRequestHeader('Content-Type', 'application/octet-stream')
    xhr.send(file)
  })
  return { xhr, answer }
}

function update(id: number, change: Partial<Upload>): void {
  publish(uploads.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)))
}

function publish(next: readonly Upload[]): void {
  uploads = next
  listeners.forEach((listener) => listener())
}
