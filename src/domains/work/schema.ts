import { z } from 'zod'
import { Cursor } from '../../platform/keyset.ts'

const Body = z.string().trim().min(1).max(50_000)
const Title = z.string().trim().min(1).max(300)
const Day = z.iso.date()
const Member = z.object({ id: z.uuid(), name: z.string() })
const AccountName = z.object({ id: z.uuid(), name: z.string() })

export const NewNote = z.object({ accountId: z.uuid(), body: Body })
export const NoteChange = z.object({ body: Body })
export const Note = z
  .object({
    id: z.uuid(),
    accountId: z.uuid(),
    /** null when it was written with an API key, or its author has left the team. */
    author: Member.nullable(),
    at: z.string(),
    body: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Note' })
export type Note = z.output<typeof Note>
export const NotePage = z.object({ rows: z.array(Note), next: z.string().nullable() })
export const NoteQuery = z.object({
  after: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const TaskChange = z.object({
  title: Title.optional(),
  body: Body.nullable().optional(),
  accountId: z.uuid().nullable().optional(),
  /** Who does it; null for nobody yet. */
  ownerId: z.uuid().nullable().optional(),
  dueOn: Day.nullable().optional(),
})
/** Without an owner, whoever creates it. */
export const NewTask = TaskChange.extend({ title: Title })

export const Task = z
  .object({
    id: z.uuid(),
    title: z.string(),
    body: z.string().nullable(),
    account: AccountName.nullable(),
    owner: Member.nullable(),
    dueOn: z.string().nullable(),
    doneAt: z.string().nullable(),
    createdBy: Member.nullable(),
    createdAt: z.string(),
  })
  .meta({ id: 'Task' })
export type Task = z.output<typeof Task>

export const taskStates = ['open', 'done'] as const
export const TaskQuery = z.object({
  owner: z.union([z.literal('me'), z.uuid()]).optional(),
  account: z.uuid().optional(),
  state: z.enum(taskStates).default('open'),
  /** Due on this day or before. */
  dueUntil: Day.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})
export type TaskQuery = z.output<typeof TaskQuery>
/** Open tasks by due day, without one last; done tasks by when they were done, newest first. */
export const TaskList = z.object({ rows: z.array(Task), total: z.int() })

/** Fact: a task was done. Payload: taskId, ownerId, dueOn. */
export const taskDone = 'task.done'
