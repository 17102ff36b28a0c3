/** How the seed reaches the application: JSON through the API, and a file as the body of a request. */
export interface Caller {
  send(method: string, path: string, data?: unknown): Promise<unknown>
  upload(path: string, text: string): Promise<unknown>
}

export const dayFrom = (n: number): string => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10)
const instantFrom = (n: number): string => new Date(Date.now() + n * 86_400_000).toISOString()

/** Brings a file in as it stands: the plan that is proposed must be runnable. */
async function importFile(caller: Caller, name: string, rows: readonly (readonly string[])[]): Promise<void> {
  const text = rows.map((row) => row.join(',')).join('\n')
  const made = await caller.upload(`/api/v1/imports?fileName=${name}`, text)
  const { id, faults } = made as { id: string; faults: unknown[] }
  if (faults.length > 0) throw new Error(`${name}: ${JSON.stringify(faults)}`)
  await caller.send('POST', `/api/v1/imports/${id}/run`)
  for (;;) {
    const { state, report } = (await caller.send('GET', `/api/v1/imports/${id}`)) as {
      state: string
      report: unknown
    }
    if (state === 'done') return
    if (state === 'failed') throw new Error(`${name} failed: ${JSON.stringify(report)}`)
    await new Promise((later) => setTimeout(later, 200))
  }
}

/** Use of 26 weeks: steady, then falling in the last four. */
function usageRows(): string[][] {
  const features = ['photo sets', 'linked photos', 'exports', 'stamps', 'comments', 'sharing', 'search']
  const rows: string[][] = []
  for (let ago = 182; ago >= 1; ago--) {
    const weekday = new Date(`${dayFrom(-ago)}T00:00:00Z`).getUTCDay()
    if (weekday === 0 || weekday === 6) continue
    features.forEach((feature, i) => {
      const usual = Math.max(1, 22 - i * 3 + ((ago * 7 + i * 5) % 5))
      const count = ago <= 36 ? Math.ceil(usual * 0.35) : usual
      rows.push(['H-1', dayFrom(-ago), feature, String(count)])
    })
  }
  return rows
}

export interface RichCustomer {
  id: string
  parentId: string
  personId: string
  taskId: string
  ticketId: string
}

/** One customer with something in every region, and others that its rates are shrunk to. */
export async function seedRichCustomer(caller: Caller): Promise<RichCustomer> {
  const post = async (path: string, data: unknown) =>
    (await caller.send('POST', `/api/v1${path}`, data)) as { id: string }
  const shops = Array.from({ length: 30 }, (_, i) => [
    `S-${i}`,
    `Shop ${i + 1}`,
    i % 2 ? 'Insurance' : 'Auto body',
    String(4 + i),
    dayFrom(-900 + i * 10),
  ])
  await importFile(caller, 'accounts.csv', [
    ['account_id', 'account_name', 'segment', 'seats', 'start_date'],
    ['H-0', 'Harlow Holding', '', '', ''],
    ['H-1', 'Harlow Collision Group', 'Auto body', '42', dayFrom(-600)],
    ...shops,
  ])
  const find = async (text: string) =>
    ((await caller.send('GET', `/api/v1/accounts?find=${encodeURIComponent(text)}`)) as { id: string }[])[0]!
      .id
  const [id, parentId] = [await find('Harlow Collision Group'), await find('Harlow Holding')]
  for (let i = 0; i < 6; i++) {
    const shop = await find(`Shop ${i * 2 + 1}`)
    await post(`/accounts/${shop}/subscriptions`, {
      mrrCents: 90_000,
      startsOn: dayFrom(-700),
      endsOn: dayFrom(-60 * i - 20),
    })
  }
  // Rates are measured after an import: the departures above must be there by then.
  await importFile(caller, 'usage.csv', [
    ['account_id', 'usage_date', 'feature_name', 'usage_count'],
    ...usageRows(),
  ])
  const { user } = (await caller.send('GET', '/api/v1/session')) as { user: { id: string } }
  await caller.send('PUT', '/api/v1/custom-fields/account/tier', {
    label: 'Tier',
    type: 'choice',
    options: ['Gold', 'Silver'],
  })
  await caller.send('PATCH', `/api/v1/accounts/${id}`, {
    parentId,
    ownerId: user.id,
    region: 'Midwest',
    plan: 'Pro',
    custom: { tier: 'Gold' },
  })
  await seedRevenue(post, id)
  const personId = await seedPeople(post, id)
  const ticketId = await seedTickets(caller, post, id)
  const taskId = await seedWork(post, id)
  return { id, parentId, personId, taskId, ticketId }
}

type Post = (path: string, data: unknown) => Promise<{ id: string }>

async function seedRevenue(post: Post, id: string): Promise<void> {
  const path = `/accounts/${id}/subscriptions`
  await post(path, { plan: 'Starter', mrrCents: 210_000, startsOn: dayFrom(-600), endsOn: dayFrom(-380) })
  await post(path, { plan: 'Pro', mrrCents: 280_000, seats: 42, startsOn: dayFrom(-380), termMonths: 12 })
  await post(path, { plan: 'Document links', mrrCents: 40_000, startsOn: dayFrom(-200), termMonths: 12 })
}

async function seedPeople(post: Post, accountId: string): Promise<string> {
  const person = (name: string, title: string, role: string | null, fromOn: string) =>
    post('/people', {
      name,
      title,
      email: `${name.split(' ')[0]!.toLowerCase()}@harlow.example`,
      at: { accountId, role, fromOn },
    })
  const tom = await person('Tom Whitaker', 'COO', 'buyer', dayFrom(-590))
  const dana = await person('Dana Ruiz', 'Operations', 'champion', dayFrom(-580))
  const luis = await person('Luis Ortega', 'IT', 'admin', dayFrom(-400))
  const keisha = await person('Keisha Brown', 'Lead estimator', 'user', dayFrom(-300))
  const said = (
    personId: string,
    days: number,
    channel: string,
    direction: string,
    body: string | null,
    more = {},
  ) => post('/messages', { accountId, personId, channel, direction, at: instantFrom(days), body, ...more })
  await said(tom.id, -47, 'call', 'in', 'Let us talk after the busy season.', { durationSeconds: 1_260 })
  await said(dana.id, -2, 'email', 'in', 'Any news on the PDFs? No rush I guess.', { subject: 'PDF export' })
  await said(keisha.id, -12, 'chat', 'in', 'It is fine, we print screenshots now.')
  await said(luis.id, -9, 'meeting', 'out', null, {
    subject: 'Sign-on for six shops',
    durationSeconds: 2_700,
  })
  const { id: surveyId } = await post('/surveys', { name: 'Autumn check', kind: 'nps' })
  await post('/survey-answers', {
    surveyId,
    accountId,
    personId: keisha.id,
    answeredAt: instantFrom(-20),
    score: 6,
    comment: 'Exports take too many clicks.',
  })
  return keisha.id
}

async function seedTickets(caller: Caller, post: Post, accountId: string): Promise<string> {
  const { id } = await post('/tickets', {
    accountId,
    subject: 'Exports lost photo links',
    priority: 1,
    category: 'Exports',
    assignee: 'Lam',
  })
  await caller.send('PATCH', `/api/v1/tickets/${id}`, { state: 'waiting' })
  await post('/tickets', { accountId, subject: 'Stamp is cut at the right edge', priority: 3 })
  const done = await post('/tickets', { accountId, subject: 'Sync stops on two tablets', priority: 2 })
  await caller.send('PATCH', `/api/v1/tickets/${done.id}`, { state: 'solved' })
  return id
}

async function seedWork(post: Post, accountId: string): Promise<string> {
  const late = await post('/tasks', {
    accountId,
    title: 'Agree a new date for the PDF export fix',
    dueOn: dayFrom(-15),
  })
  await post('/tasks', { accountId, title: 'Show the value of one quarter', dueOn: dayFrom(6) })
  await post('/tasks', { accountId, title: 'Meet the new shop managers' })
  await post('/notes', {
    accountId,
    body: 'Two shops still send photos by e-mail. The estimators like the stamps.',
  })
  return late.id
}
