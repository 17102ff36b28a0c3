import { catalogue } from '../../../ui/text.ts'

/** The words of Today. */
export const words = catalogue('today', {
  title: 'Today',
  whose: 'Whose list',
  mine: 'Mine',
  team: 'Team',
  list: 'What to do, and why',
  what: 'What to do, and why',
  atStake: 'At stake',
  keeps: 'Acting keeps',
  time: 'Time',

  things: '{n, plural, one {# thing} other {# things}} worth doing.',
  thingsOf: '{n} of {of} things worth doing.',
  stake:
    '{money} of yearly revenue is at stake at {n, plural, one {this customer} other {these customers}} ({low} to {high}).',
  keepAll: '{n, plural, one {Doing it} other {Doing all of it}} is expected to keep',
  keepEnds: 'of it ({low} to {high}), which assumes the',
  shares: 'shares in Settings',
  noEstimate: 'What acting keeps is not estimated for any of them.',
  unknownMoney:
    '{n, plural, one {Revenue or risk of one customer is} other {Revenue or risk of # customers is}} not known, so {n, plural, one {it is} other {they are}} in no sum.',

  of: 'of {money}',
  formula: '{share} of {money}',
  noRevenue: 'revenue not known',
  noRisk: 'risk not known',
  notKnown: 'not known',
  noCustomer: 'no customer',
  assumed: 'assumed {share}',
  notEstimated: 'not estimated',
  interval: '{low} to {high}',

  openCustomer: 'Open customer',
  completeTask: 'Complete task',
  done: 'Done',
  snooze: 'Snooze',
  reassign: 'Reassign',
  notUseful: 'Not useful',
  actions: 'Actions',
  viewerNote: 'Viewers see this list. Acting on it needs the role CSM, which an admin can give.',

  keyMove: 'move',
  keyStart: 'start step',
  keyOpen: 'open customer',
  keyWhy: 'why',
  keyPeek: 'peek',
  keyDone: 'done',
  keySnooze: 'snooze',
  keyReassign: 'reassign',
  keyNotUseful: 'not useful',

  tomorrow: 'Tomorrow, {day}',
  inDays: 'In {n} days, {day}',
  nextMonday: 'Next week, {day}',
  inWeeks: 'In {n} weeks, {day}',
  untilChange: 'Until something changes',
  noMembers: 'Nobody else is in the team who can act',

  saidDone: 'Done.',
  saidTaskDone: 'Task completed.',
  saidSnoozed: 'Snoozed until {day}.',
  saidSnoozedChange: 'Snoozed until something changes.',
  saidReassigned: 'Given to {name}.',
  saidNotUseful: 'Noted as not useful.',
  undone: 'Taken back.',
  notSaved: 'This was not saved, so the item is back. {reason}',
  notUndone: 'This was not taken back. {reason}',

  notUsefulTitle: 'Not useful: {action}',
  notUsefulWhy: 'Why, in one line',
  notUsefulHint: 'Whoever changes the rules reads it. The item does not come back for this reason.',
  notUsefulSave: 'Not useful',
  cancel: 'Cancel',

  heldBack: 'Held back',
  heldNote:
    '{n, plural, =0 {nothing that was found} one {# thing was found and is not listed} other {# things were found and are not listed}}',
  held_beyond_list: 'Beyond the first {most} of the list. They move up as others are done.',
  held_snoozed: 'Snoozed. They come back on their day.',
  held_done: 'Done. They come back when the reason happens anew.',
  held_not_useful: 'Said to be not useful.',
  held_held_out: 'Held out by chance, to learn what acting achieves.',
  held_rule_off: 'Found by a rule that is off.',
  held_outdated: 'It rests on data that ended too long ago. It comes back when newer data say so.',
  held_customer_left: 'A task of a customer who left.',
  howRanked: 'How this is ranked',
  rankedOrder:
    'First what is due, the longest due on top. Then what acting is expected to keep per minute of work. What has no known money comes last.',
  rankedKeeps:
    'At stake = yearly revenue × risk of not renewing. Acting keeps = at stake × the share of the rule.',
  rankedShares: 'The shares are assumptions until outcomes measure them.',
  rankedSums:
    'Sums count each customer once: a second action works on what the first left. Their ends are added, so the interval is wider than chance would make it.',
  changeRules: 'Change the rules',

  loading: 'Today is being read',
  reading: 'Still reading. You can go on elsewhere.',
  failed: 'Today could not be read.',
  failedSince: '{reason} What you see is from {time}.',
  tryAgain: 'Try again',

  nothingYet: 'There is no customer yet.',
  nothingYetText: 'Import a file with your customers. Today then says who needs you first, and why.',
  import: 'Import',
  clear: 'Today is clear.',
  clearText:
    '{n, plural, =0 {No signal could be read yet.} one {# signal was read. It is not worth your time.} other {# signals were read. None is worth your time.}}',
  clearNoData: 'Rules look at renewals, usage, tickets and tasks. Import them to have them watched.',
  teamInstead: 'No customer is yours yet, so this is the list of the team.',
  noneOfMine: 'No customer is yours.',
  noneOfMineText:
    '{n, plural, one {The team looks after one customer.} other {The team looks after # customers.}} An owner is set on the customer.',
  showTeam: 'Show the team’s list',

  computed: 'Computed {time}.',
  readAt: 'from readings of {time}',
  panel: 'About {name}',
  close: 'Close',
  aYear: '{money} a year',
  revenueUnknown: 'revenue not known',
  renews: 'renews {day}, {days}',
  noRenewal: 'no renewal day known',
  ownedBy: 'for {name}',
  ownedByNobody: 'no owner',
  why: 'Why {share}',
  whyUnknown: 'Why',
  prior: 'a prior: rates of customers like it, not its own behaviour',
  riskLabel: 'Risk of not renewing, %',
  riskUnknown: 'The risk of this customer is not known yet.',
  riskLeft: 'This customer has left, so there is no risk of leaving.',
  riskFailed: 'The risk could not be read.',
  facts: 'What it is worth',
  yearlyRevenue: 'Yearly revenue',
  expected: 'Acting keeps',
  due: 'Due',
  evidence: 'Evidence',
  task: 'Task',
})

/** Reasons, by the code of the reading or the task. */
export const reasonWords = catalogue('today-reasons', {
  'revenue.renewal': 'Renews {day}, {n, plural, =0 {today} one {in # day} other {in # days}}',
  'revenue.renewal end': 'Ends {day}, {n, plural, =0 {today} one {in # day} other {in # days}}',
  'revenue.renewal assumed_term':
    'Renews {day}, {n, plural, =0 {today} one {in # day} other {in # days}} if its term is {months} months',
  'usage.trend': 'Use {direction, select, up {rose} other {fell}} {change}, outside its usual range',
  'usage.trend weeks':
    'Use {direction, select, up {rose} other {fell}} from {before} to {recent} a week, outside its usual range',
  'tickets.open_severe':
    '{n, plural, one {# severity-one ticket is open} other {# severity-one tickets are open}}',
  'tickets.open_severe old':
    '{n, plural, one {# severity-one ticket is open} other {# severity-one tickets are open}}, {n, plural, one {since} other {the oldest since}} {days}',
  'task.due': 'Due {day}',
  'task.due today': 'Due today',
  'task.due late': 'Was due {day}, {days} ago',
  other: '{code} is {value}',
  otherUnknown: '{code}',
})

/** Parts of the risk, by the code of the contribution. */
export const partWords = catalogue('today-parts', {
  'risk.base': 'Base rate',
  'risk.segment': 'Segment: {segment}',
})

/** Pieces of evidence, by their code; what each is, by its kind. */
export const evidenceWords = catalogue('today-evidence', {
  subscription: 'Subscription',
  invoice: 'Invoice',
  account: 'Customer',
  ticket: 'Ticket',
  usage: 'Use',
  task: 'Task',
  risk_model: 'Rates',
  other: 'Record',
  'renewal.source': 'Renewal day, as its source says',
  'renewal.term': 'Renewal of {plan}, term of {months} months',
  'renewal.assumed_term': 'Renewal of {plan}, term not stated, taken as {months} months',
  'renewal.end': '{plan} ends on this day',
  plan: 'a subscription',
  'usage.week': '{events} events on {days} in the week from {day}',
  'tickets.open_ticket': '{subject}',
  noSubject: 'Ticket without a subject',
  'task.due': '{title}',
  'risk.segment_exposure':
    '{segment}: {events, plural, one {# departure} other {# departures}} in {months} customer months',
  'risk.company_exposure':
    '{segment}: {events, plural, one {# departure} other {# departures}} in {months} customer months',
  'risk.no_exposure': '{segment}: no history yet, so the rate is an assumption',
  allCustomers: 'All customers',
  code: '{code}',
})
