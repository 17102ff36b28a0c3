import { catalogue } from '../../../ui/text.ts'

/** The words of the settings of Today's rules. */
export const words = catalogue('today-rules', {
  title: 'Rules of Today',
  note: 'what brings a customer to Today, and what acting is believed to keep',
  readOnly: 'Leaders, admins and owners change rules. You see them as they are.',
  assumption:
    'The share that acting keeps is an assumption of each rule. It decides the order of Today, and is not measured yet.',
  on: 'On',
  off: 'off',
  enabled: '“{name}” is on',
  when: 'When',
  and: 'and',
  action: 'What to do',
  minutes: 'Minutes of work',
  minutesShown: '{n} m of work',
  share: 'Share kept, in percent',
  shareShown: 'keeps {share}, an assumption',
  noShare: 'ranked by its day, not by money',
  shareHint: 'Of what is at stake: yearly revenue × risk. An assumption until outcomes measure it.',
  dueWithin: 'a task is due {n, plural, =0 {today or before} one {within # day} other {within # days}}',
  dueDays: 'Days ahead that a task counts as due',
  atLeast: '{what} is at least {value}',
  atMost: '{what} is at most {value}',
  between: '{what} is {low} to {high}',
  is: '{what} is {value}',
  limitAtLeast: '{what}, at least',
  limitAtMost: '{what}, at most',
  isNot: 'not: {what}',
  shipped: 'as shipped',
  changed: 'version {version}, {who} on {day}',
  someone: 'an API key',
  edit: 'Edit',
  editName: 'Edit “{name}”',
  save: 'Save',
  cancel: 'Cancel',
  saved: '“{name}” is saved. Today follows it from now on.',
  turnedOn: '“{name}” is on.',
  turnedOff: '“{name}” is off.',
  notChanged: 'Nothing was changed. {reason}',
  number: 'Write a number.',
  none: 'There is no rule.',
  noneText: 'Without rules nothing comes to Today.',
})

/** What a condition reads, by reading and part. */
const readings = catalogue('today-readings', {
  'revenue.renewal value': 'the number of days until renewal',
  'revenue.mrr value': 'monthly revenue',
  'revenue.arr value': 'yearly revenue',
  'usage.trend value': 'change of usage',
  'usage.trend detail.outOfBand': 'usage is outside its usual range',
  'usage.trend detail.direction': 'the direction of usage',
  'tickets.open_severe value': 'the number of open severity-one tickets',
  'tickets.open value': 'the number of open tickets',
  'risk.renewal value': 'risk of not renewing',
})

/** The thing that a condition tests, in words; the technical name where no words are known. */
export function readingName(reading: string, part: string): string {
  const key = `${reading} ${part}`
  return readings(key as Parameters<typeof readings>[0]) === key
    ? part === 'value'
      ? reading
      : `${reading} ${part.replace('detail.', '')}`
    : readings(key as Parameters<typeof readings>[0])
}
