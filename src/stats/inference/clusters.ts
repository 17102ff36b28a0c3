import { insist } from '../stats-error.ts'

/** Rows gathered by cluster: those of cluster `c` are rows[offsets[c]] to rows[offsets[c + 1] - 1], rising. */
export type Clusters = Readonly<{ count: number; offsets: Int32Array; rows: Int32Array }>

/**
 * Gathers rows by the cluster that each belongs to, such as the months of one account; clusters are numbered as they
 * first occur.
 *
 * Source: counting sort, D. E. Knuth, The Art of Computer Programming 3 (1998), section 5.2. Cost: O(n).
 *
 * @param ids the cluster of each row
 * @example
 * const { count, offsets, rows } = clustersOf(['b', 'a', 'b'])
 * count // 2
 * offsets // [0, 2, 3]
 * rows // [0, 2, 1]
 */
export function clustersOf(ids: ArrayLike<string | number>): Clusters {
  const numberOf = new Map<string | number, number>()
  const clusterOf = new Int32Array(ids.length)
  for (let row = 0; row < ids.length; row += 1) {
    const id = ids[row]!
    let cluster = numberOf.get(id)
    if (cluster === undefined) numberOf.set(id, (cluster = numberOf.size))
    clusterOf[row] = cluster
  }
  const offsets = new Int32Array(numberOf.size + 1)
  for (const cluster of clusterOf) offsets[cluster + 1]! += 1
  for (let cluster = 0; cluster < numberOf.size; cluster += 1) offsets[cluster + 1]! += offsets[cluster]!
  const rows = new Int32Array(ids.length)
  const next = offsets.slice()
  clusterOf.forEach((cluster, row) => {
    rows[next[cluster]!] = row
    next[cluster]! += 1
  })
  return { count: numberOf.size, offsets, rows }
}

/**
 * The rows of a sample of clusters, whole clusters one after the other; a cluster drawn twice gives its rows twice.
 *
 * Source: A. C. Davison and D. V. Hinkley, Bootstrap Methods and their Application (1997), section 3.8. Cost: O(rows).
 *
 * @param sample numbers of clusters, from 0 to count - 1
 * @throws StatsError bad_input when the sample names a cluster that is not there
 * @example
 * rowsOfClusters(clustersOf(['b', 'a', 'b']), [0, 1, 0]) // [0, 2, 1, 0, 2]
 */
export function rowsOfClusters({ count, offsets, rows }: Clusters, sample: ArrayLike<number>): Int32Array {
  let total = 0
  for (let i = 0; i < sample.length; i += 1) {
    const cluster = sample[i]!
    insist(
      Number.isInteger(cluster) && cluster >= 0 && cluster < count,
      `There is no cluster ${cluster} among ${count}.`,
    )
    total += offsets[cluster + 1]! - offsets[cluster]!
  }
  const found = new Int32Array(total)
  let at = 0
  for (let i = 0; i < sample.length; i += 1) {
    const cluster = sample[i]!
    found.set(rows.subarray(offsets[cluster]!, offsets[cluster + 1]!), at)
    at += offsets[cluster + 1]! - offsets[cluster]!
  }
  return found
}
