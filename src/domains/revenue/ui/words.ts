import { catalogue } from '../../../ui/text.ts'

/** The words of the settings of revenue. */
export const words = catalogue('revenue', {
  churnRule: 'Who has left',
  churnRuleNote: 'decides who counts as a lost customer',
  subscriptions: 'Subscriptions',
  subscriptionsText: 'Left when the last paid subscription has ended.',
  churn_events: 'Churn events',
  churn_eventsText: 'Left once a churn event is recorded. Says nothing about customers without one.',
  flag: 'The flag in your files',
  flagText: 'Left when the account is marked so in what you imported.',
  fallback: 'Where the chosen source says nothing about a customer, the others are asked in this order.',
  decides: 'Decides {accounts, plural, one {# customer} other {# customers}}, {left} of them left.',
  disagree:
    '{n, plural, =0 {The sources contradict each other about no customer} one {The sources contradict each other about # customer} other {The sources contradict each other about # customers}} of {accounts}, on {day}.',
  noAccounts: 'There are no customers yet that a rule could decide about.',
  ruleChanged: 'Who has left is now decided by: {rule}.',
  notChanged: 'Nothing was changed. {reason}',
  onlyAdmins: 'Only owners and admins change this.',

  rates: 'Exchange rates',
  ratesNote: 'into {currency}, each from a day on',
  noRates: 'No rate is set.',
  noRatesText: 'Amounts in other currencies than {currency} are left out of totals until a rate covers them.',
  currency: 'Currency',
  fromOn: 'From',
  rate: '{currency} for one',
  addRate: 'Set a rate',
  rateHint: 'How many {home} one unit of the currency is worth. A rate of the same day is replaced.',
  rateNumber: 'Write a number above zero, such as 1.08.',
  save: 'Save the rate',
  rateSaved: '{currency} is set from {day}.',
})
