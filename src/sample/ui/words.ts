import { catalogue } from '../../ui/text.ts'

/** The words of the sample company. */
export const words = catalogue('sample', {
  look: 'Look around with a sample company',
  what: 'Snapfold is made up: about 2,200 customers over two years, with their people, revenue, tickets, surveys, messages and 2 million uses. It takes about half a minute to load, and one click removes it.',
  here: 'The sample company is here.',
  hereText: 'Snapfold’s customers stand beside whatever you import. One click removes them.',
  toToday: 'Go to Today',
  hasOthers: 'This workspace has customers of its own.',
  hasOthersText:
    'So that its numbers do not mix with yours, the sample company belongs into another workspace. Owners make one with the menu at the top left.',
  onlyAdmins: 'Owners and admins load and remove the sample company.',
  onlyAdminsText: 'Ask one of them to look around with it.',

  label: 'Sample company',
  loading: 'Loading the sample company',
  preparing: 'Two years of Snapfold are being written.',
  loadingRows:
    '{percent}%, {rows} {kind, select, accounts {customers} people {people} subscriptions {subscriptions} churn_events {departures} tickets {tickets} surveys {survey answers} messages {messages} other {rows of use}} in',
  loadingText: 'You may leave this page; it goes on.',
  reading: 'Computing the readings',
  readingRows: '{n, plural, one {# customer} other {# customers}} left',
  removing: 'Removing the sample company',
  removingRows: '{percent}% taken out',
  labelLoading: 'Loading sample, {percent}%',
  labelRemoving: 'Removing sample, {percent}%',
  loadedSaid: 'The sample company is loaded.',
  removedSaid: 'The sample company is removed.',

  stoppedLoading: 'The sample company was loaded only in part.',
  stoppedRemoving: 'The sample company was removed only in part.',
  stoppedText: 'What was loading it has ended.',
  goOn: 'Go on',

  aboutTitle: 'This is a sample company',
  about:
    'Snapfold and its customers are made up; their last day is {day}. Everything works on them as it will on your own data, so try what you like.',
  aboutRows:
    '{accounts} customers, {people} people, {tickets} tickets, {messages} messages, {surveys} survey answers.',
  remove: 'Remove the sample company',
  removeTitle: 'Remove the sample company?',
  removeText:
    'Its {accounts} customers go, with their people, revenue, tickets, surveys, messages and use. Rows of your own stay, and so do customers of the sample that you changed or wrote about.',
  removeAction: 'Remove it',
  keep: 'Keep it',
  notDone: 'Nothing was changed. {reason}',
})
