import { logRank } from '../../src/stats/survival/log-rank.ts'
import { readArray } from './arrays.ts'
import { measure } from './measure.ts'

void measure(
  (folder) => ({
    followUp: { time: readArray(folder, 'time', 'f64'), event: readArray(folder, 'event', 'u32') },
    group: readArray(folder, 'group', 'u32'),
  }),
  ({ followUp, group }) => logRank(followUp, group),
  ({ statistic, groups }) => ({
    statistic: [statistic],
    observed: groups.map(({ observed }) => observed),
    expected: groups.map(({ expected }) => expected),
  }),
)
