import type { Random } from '../../stats/random/seeded-random.ts'
import { pick } from './chance.ts'

/** What each name can become; {name} within a text is another of them, or a word given by the caller. */
export type Grammar = Readonly<Record<string, readonly string[]>>

/**
 * Writes a text: each {name} becomes one of its forms, until none is left. Words given by the caller stand before the
 * grammar's. The first letter is made large.
 *
 * @throws Error when a name has no form
 */
export function write(
  random: Random,
  grammar: Grammar,
  start: string,
  words: Readonly<Record<string, string>> = {},
): string {
  let text = `{${start}}`
  for (let depth = 0; text.includes('{'); depth += 1) {
    if (depth > 12) throw new Error(`the grammar of ${start} goes round in circles`)
    text = text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const given = words[name]
      if (given !== undefined) return given
      const forms = grammar[name]
      if (!forms) throw new Error(`the grammar has no form for ${name}`)
      return pick(random, forms)
    })
  }
  return text.replace(
    /(^|[.?!] +|\n)([a-z])/g,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  )
}

/** The small change of every text: places, things, times, ways to begin and to end. */
export const common: Grammar = {
  device: [
    'iPhone 13',
    'iPhone 15',
    'Pixel 7',
    'Galaxy S22',
    'iPad',
    'Galaxy Tab',
    'Android phone',
    'shop tablet',
    'work phone',
    'Pixel 8a',
  ],
  thing: [
    'photo set',
    'bumper photos',
    'door panel set',
    'roof photos',
    'kitchen photos',
    'hail damage set',
    'quarter panel pictures',
    'before and after pair',
    'intake set',
    'moisture map',
    'walk-through',
    'VIN plate shot',
  ],
  doc: [
    'estimate',
    'supplement',
    'claim file',
    'work order',
    'inspection report',
    'invoice',
    'scope sheet',
    'parts list',
    'lien waiver',
    'damage report',
  ],
  when: [
    'this morning',
    'since Monday',
    'since yesterday',
    'for three days',
    'again today',
    'since the weekend',
    'around noon',
    'after lunch',
    'twice this week',
    'since last Thursday',
    'for a week now',
    'right before closing',
  ],
  number: [
    'two',
    'three',
    'four',
    'five',
    'six',
    'eight',
    'nine',
    'ten',
    'a dozen',
    'twenty',
    'about thirty',
    'forty',
  ],
  person: [
    'our estimator',
    'the front desk',
    'my manager',
    'our adjuster',
    'the new hire',
    'my partner',
    'our office',
    'the foreman',
    'one of our agents',
    'the night shift',
    'our bookkeeper',
    'the owner',
  ],
  code: [
    'RO 4{digit}{digit}{digit}{digit}',
    'claim {digit}{digit}{digit}{digit}{digit}',
    'job {digit}{digit}{digit}{digit}',
    'file {digit}{digit}{digit}{digit}{digit}',
    'unit {digit}{digit}{digit}',
    'the {place} job',
    'the {place} file',
  ],
  place: [
    'Elm Street',
    'Harbor Road',
    'Mill Lane',
    'Fifth Avenue',
    'Oak Court',
    'Route 9',
    'Lake Drive',
    'Station Road',
    'Hill Street',
    'Park Row',
    'Bridge Street',
    'Cedar Way',
  ],
  digit: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  hello: ['Hi', 'Hello', 'Good morning', 'Hi there', 'Hey', 'Hello team', 'Good afternoon'],
  thanks: ['Thanks', 'Thank you', 'Thanks in advance', 'Many thanks', 'Appreciate it', 'Best', 'Regards'],
  system: [
    'our quoting system',
    'the estimating software',
    'the quote tool',
    'our shop system',
    'the estimate screen',
  ],
}

export const ticketGrammar: Grammar = {
  ...common,
  export: [
    'export {stops} for {code}',
    'PDF export {stops} {when}, {code}',
    '{doc} export comes out empty for {code}',
    'export of {number} sets {stops} at {number} percent, {code}',
    'cannot export the {thing} to the {doc}, {code}',
    'export of {code} {stops} on {device}',
  ],
  stops: ['hangs', 'fails', 'stops', 'times out', 'never finishes', 'gives an error', 'spins for ever'],
  sync: [
    '{thing} from the {device} {sync_how} {when}, {code}',
    'sync stuck for {code} {when}',
    '{number} pictures of {code} missing after sync',
    '{device} does not sync on our wifi {when}, {code}',
    '{person} cannot see my {thing} for {code}',
  ],
  sync_how: [
    'does not arrive',
    'arrives twice',
    'shows up hours later',
    'is stuck at uploading',
    'has no pictures in it',
  ],
  capture: [
    'camera opens black on {device} {when}, {code}',
    'arrows land in the wrong place on the {thing}, {code}',
    'flash does not fire on {device} for {code}',
    'blurry {thing} for {code} with the {device}',
    'cannot zoom when marking the {thing}, {code}',
  ],
  billing: [
    'invoice shows {number} seats, we have fewer, see {code}',
    'card was charged twice {when}, {code}',
    'need the {doc} for last quarter for {person}, {code}',
    'change the billing address, {person} asks {when}, {code}',
    'who pays for the seat of {person}, {code}',
  ],
  access: [
    '{person} cannot sign in on the {device} {when}, {code}',
    'password mail does not reach {person} {when}, {code}',
    'please remove {person}, left {when}, {code}',
    'second sign-in code late on {device} {when}, {code}',
    '{person} sees {code} but may not edit it',
  ],
  linking: [
    'link between {thing} and {doc} is lost for {code}',
    'linked {thing} shows up under {code} instead',
    '{doc} does not open from the {thing} on {device}, {code}',
    'cannot link {number} pictures to {code}',
    'linked the wrong {doc} to {code}, how to undo',
  ],
  performance: [
    '{code} takes {number} minutes to open on {device}',
    'list of sets is slow {when}, {code}',
    'search for {code} takes for ever {when}',
    'uploading the {thing} is slow on {device}, {code}',
  ],
  how_to: [
    'how do I share the {thing} of {code} with {person}',
    'can {person} get a copy of the {doc} for {code}',
    'where is the template for the {doc}, {person} asks, {code}',
    'how to add {number} people before {code}',
    'can I mark the {thing} on the {device}, {code}',
  ],
  copying: [
    'copying {number} pictures into {system} for {code} takes too long',
    'how do I get the {thing} of {code} into {system}',
    'we type everything again in {system}, {number} jobs {when}, {code}',
    'no import into {system}, {person} copies by hand {when}, {code}',
    '{system} does not take our {thing} for {code}',
  ],
  release: [
    'cannot find the mark-up button since the new version, {code}',
    'new layout on {device}: where did the {doc} go, {code}',
    '{person} is lost in the new screens {when}, {code}',
    'the new version needs {number} more taps for a {thing}, {code}',
    'old way of linking gone, {code} waits',
  ],
  outage: [
    'nothing loads {when}, {code} waits',
    'is Snapfold down? {person} cannot open {code}',
    'error 503 on {device} {when}, {code}',
    'we cannot reach any {doc}, {number} people waiting, {code}',
    'all {number} of us are locked out {when}, {code}',
  ],
}

export const messageGrammar: Grammar = {
  ...common,
  question: [
    '{hello}, {ask}\n{thanks}',
    '{hello},\n{fact} {ask}\n{thanks}',
    '{ask} {fact}\n{thanks}',
    '{fact} {ask}',
  ],
  ask: [
    'can you tell me how {person} gets the {thing} for {code}?',
    'is there a way to add {number} people before {code}?',
    'who should {person} call about the {doc}?',
    'could we get {number} minutes with you about the {doc}?',
    'what is planned for {system}?',
    'can the {device} do the {thing} without a signal?',
    'does {code} have to be linked by {person}?',
  ],
  fact: [
    'we closed {number} jobs with the {thing} {when}.',
    '{person} started with the {device} {when}.',
    '{code} went to the customer {when}.',
    '{person} likes the {thing}.',
    'we now use it for every {doc}.',
    '{number} of us are in the field with the {device}.',
  ],
  annoyed: [
    '{hello}, {complaint} {fact_bad}\n{thanks}',
    '{complaint} {complaint2}',
    '{fact_bad} {complaint}\n{thanks}',
    '{hello},\n{fact_bad} {complaint2}',
  ],
  complaint: [
    '{code} is still not solved and {person} asked {when}.',
    'we waited {number} days for an answer about the {doc}.',
    '{person} did the {thing} of {code} by hand again.',
    'the {device} lost {number} pictures of {code}.',
    'copying into {system} eats the time that we save.',
    'nobody came back to us about {code}.',
  ],
  complaint2: [
    'this is the {number} time {when}.',
    '{person} is asking why we pay for it.',
    'we are looking at what else there is.',
    'i need this to work for {code}.',
    '{number} customers waited because of it.',
  ],
  fact_bad: [
    '{number} jobs are waiting {when}.',
    '{person} went back to paper for {code}.',
    'we now keep the {thing} in a shared folder.',
    '{person} sends the {thing} by text message.',
    'the {doc} for {code} went out without pictures.',
  ],
  changed_need: [
    '{hello},\nwe do far fewer {doc}s since {person} took over another part of the business.\n{thanks}',
    '{hello}, the owner sold the shop that sent us most of the {thing}s. {fact}\n{thanks}',
    'we stopped doing that kind of work {when}, {code} was the last. {thanks}',
    '{hello}, from now on {person} handles the {doc} at the parent company. {thanks}',
  ],
  sponsor_left: [
    '{hello},\nthe colleague who set this up has left. {person} will look after it.\n{thanks}',
    '{hello}, i have taken over from my predecessor and find {number} open sets. {ask}\n{thanks}',
    'the one who brought you in is gone {when}. {ask}',
    '{hello}, please write to {person} from now on, the old address does not work any more.\n{thanks}',
  ],
  price: [
    '{hello},\nthe new price is more than we planned for {number} people. {ask}\n{thanks}',
    '{hello}, {person} saw the new invoice and asks what we get for it.\n{thanks}',
    'why does it cost more for the same {thing}? {person} compares it with another offer.',
    '{hello}, with the new price we have to look at {number} seats again. {thanks}',
  ],
  fine: [
    "it's fine. {workaround}",
    "{hello}, it's fine. {workaround}\n{thanks}",
    "it's fine, no need to call. {workaround}",
    "don't worry about {code}, it's fine. {workaround}",
    "{code}? it's fine for now. {workaround}",
  ],
  workaround: [
    '{person} mails the {thing} instead.',
    'we keep the {thing} in a folder for now.',
    'we found another way for {code}.',
    '{person} prints the {doc}.',
    '{number} of us just use the camera roll.',
    'we export {code} once a week and sort it by hand.',
  ],
  reply: ['{hello}, {answer} {next}\n{thanks}', '{hello},\n{answer}\n{next}\n{thanks}', '{answer} {next}'],
  answer: [
    'thank you for writing about {code}.',
    'i looked at {code} together with {person}.',
    'the {thing} of {code} is where it belongs now.',
    'you can give {person} the right to see the {doc} under Team.',
    'the {device} keeps the {thing} until it has a signal.',
    'i passed what you say about {system} on to product.',
  ],
  next: [
    'i will write again by the end of the week.',
    'shall we look at it together for {number} minutes?',
    'please tell me if {code} comes back.',
    'i have noted {person} as the one to ask.',
    'the {doc} is attached.',
  ],
  welcome: [
    '{hello}, welcome to Snapfold. {start} {next}\n{thanks}',
    '{hello},\nglad that you are here. {start}\n{next}',
    'welcome. {start} {next}\n{thanks}',
  ],
  start: [
    'most begin with the {thing} and link it to the {doc}.',
    'what would you like to have running in {number} weeks?',
    'shall i show {person} the {thing}?',
    'what is the first {doc} that you will need?',
  ],
  call: [
    'spoke about {code}: {person} uses the {thing}, wants the {doc}. {next}',
    'check-in: {fact} open point is {system}.',
    '{person} joined; {fact} {complaint}',
    'went through the {doc} and {number} open jobs; {fact}',
    'review: {fact} {fact_bad}',
  ],
}

/** Where those who left have gone, in their words. */
export const departedGrammar: Grammar = {
  ...common,
  rival: [
    'we work with another product now',
    'we moved to a competitor that sends the {thing} straight on',
    '{person} chose another supplier',
    'somebody else does that for us now',
  ],
  nothing: [
    'we use nothing for it at present',
    'back to the camera and a shared folder',
    '{person} does it on paper again',
    'we did not replace it',
  ],
  out_of_business: [
    'we closed the business',
    'the shop is shut, {person} retired',
    'the company does not exist any more',
    'we were sold and wound up',
  ],
}

export const commentGrammar: Grammar = {
  ...common,
  aside: [
    'asked for {code}',
    '{person} can tell you more',
    'that was {code}',
    'mostly on the {device}',
    'we are {number} people',
    'said {when} too',
    'think of {code}',
    'ask {person}',
  ],
  high: ['{high_part}', '{high_part}. {high_part}', '{high_part}; {aside}', '{high_part}, {aside}'],
  high_part: [
    'the {thing} saves us {number} hours a week',
    '{person} would not work without it',
    'linking to the {doc} just works on the {device}',
    'good help with {code}',
    'quick, and {person} learned it in {number} days',
    'best part is the {doc}, {person} says so too',
    '{number} jobs {when} and not one lost {thing}',
  ],
  middle: [
    '{middle_part}',
    '{middle_part}. {middle_part}',
    '{middle_part}; {aside}',
    '{middle_part}, {aside}',
  ],
  middle_part: [
    'good for the {thing}, the {doc} is clumsy',
    'it does what it should on the {device}',
    'fine, though {code} took {number} tries',
    '{person} likes it, {person} does not',
    'works for the {doc}, but slow {when}',
  ],
  low: ['{low_part}', '{low_part}. {low_part}', '{low_part}; {aside}', '{low_part}, {aside}'],
  low_part: [
    'we still copy the {thing} into {system}',
    'help took {number} days for {code}',
    'too many taps for a {thing} on the {device}',
    'the {doc} failed {when}',
    'nobody ever called us, {person} gave up',
    'export of the {doc} broke {number} times',
    '{person} asks what we pay for',
  ],
  copying: [
    'copying into {system} cost us the time we saved',
    'it does not talk to {system}, {person} typed it all twice',
  ],
  slow_help: [
    '{number} days for an answer about {code}',
    'help by e-mail only and {person} waited {number} days',
  ],
  no_contact: ['nobody ever called us', '{number} months and not one word, {person} never learned it'],
  usability: [
    '{person} could not find anything since the new screens',
    'the new version needs too many taps on the {device}',
  ],
  changed_need: ['we do not do that kind of work any more', '{person} closed that part of the business'],
  sponsor_left: ['{person} who brought it in has left', 'nobody here knows it since {person} left'],
  unfinished_onboarding: [
    'we never got it running beyond {number} people',
    'set-up was never finished for the {device}',
  ],
  outage: ['it was down when {code} was due', 'two days without our {doc}'],
  price: ['too expensive for {number} people', 'the new price is too much for what {person} uses'],
  export_fault: ['export failed on {number} jobs', 'the {doc} export was never mended'],
  closed_without_cause: [
    '{code} was closed {number} times and came back',
    'they kept closing {code} without mending it',
  ],
  wrong_solution_sold: ['we were told it would do the {doc} by itself', 'not what {person} was promised'],
}
