import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const kinds = { f64: Float64Array, f32: Float32Array, u32: Uint32Array } as const

type Kind = keyof typeof kinds
type Arrays = Float64Array | Float32Array | Uint32Array

const kindOf = (array: Arrays): Kind =>
  array instanceof Float64Array ? 'f64' : array instanceof Float32Array ? 'f32' : 'u32'

/** Writes an array as its bytes, little-endian as all machines that run this, to `name.f64`, `.f32` or `.u32`. */
export function writeArray(folder: string, name: string, array: Arrays): void {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  writeFileSync(join(folder, `${name}.${kindOf(array)}`), bytes)
}

/** Reads what `writeArray` wrote. */
export function readArray<K extends Kind>(
  folder: string,
  name: string,
  kind: K,
): InstanceType<(typeof kinds)[K]> {
  const bytes = readFileSync(join(folder, `${name}.${kind}`))
  const copy = new Uint8Array(bytes)
  return new kinds[kind](copy.buffer) as InstanceType<(typeof kinds)[K]>
}
