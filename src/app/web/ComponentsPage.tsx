import { Building2, CornerUpLeft, Handshake, Layers, Lock, Mail, Phone, UserRound } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { IntervalMark } from '../../ui/charts/IntervalMark.tsx'
import { LineWithBand } from '../../ui/charts/LineWithBand.tsx'
import { Sparkline } from '../../ui/charts/Sparkline.tsx'
import { Waterfall } from '../../ui/charts/Waterfall.tsx'
import { Avatar } from '../../ui/controls/Avatar.tsx'
import { Button } from '../../ui/controls/Button.tsx'
import { Checkbox } from '../../ui/controls/Checkbox.tsx'
import { Combobox } from '../../ui/controls/Combobox.tsx'
import { Field, TextInput } from '../../ui/controls/Field.tsx'
import { FileDrop } from '../../ui/controls/FileDrop.tsx'
import { FilterToken } from '../../ui/controls/FilterToken.tsx'
import { InlineEdit } from '../../ui/controls/InlineEdit.tsx'
import { Kbd } from '../../ui/controls/Kbd.tsx'
import { Progress } from '../../ui/controls/Progress.tsx'
import { Segmented } from '../../ui/controls/Segmented.tsx'
import { Select, type Option } from '../../ui/controls/Select.tsx'
import { Stepper } from '../../ui/controls/Stepper.tsx'
import { Switch } from '../../ui/controls/Switch.tsx'
import { Tag } from '../../ui/controls/Tag.tsx'
import { ViewTabs } from '../../ui/controls/ViewTabs.tsx'
import { EvidenceMark } from '../../ui/evidence/EvidenceMark.tsx'
import { Reading, Readings } from '../../ui/evidence/Reading.tsx'
import { Why, WhyBody } from '../../ui/evidence/Why.tsx'
import { DescriptionList } from '../../ui/layout/DescriptionList.tsx'
import { List, ListRow } from '../../ui/layout/List.tsx'
import { Page } from '../../ui/layout/Page.tsx'
import { Region } from '../../ui/layout/Region.tsx'
import { Timeline, TimelineItem } from '../../ui/layout/Timeline.tsx'
import { openCommandMenu, useCommands, type CommandItem } from '../../ui/overlays/command-store.ts'
import { CommandList } from '../../ui/overlays/CommandMenu.tsx'
import { Confirm } from '../../ui/overlays/Confirm.tsx'
import { Dialog } from '../../ui/overlays/Dialog.tsx'
import { Menu } from '../../ui/overlays/Menu.tsx'
import { toast, ToastFace } from '../../ui/overlays/Toast.tsx'
import { Empty } from '../../ui/states/Empty.tsx'
import { ErrorState } from '../../ui/states/ErrorState.tsx'
import { NoPermission } from '../../ui/states/NoPermission.tsx'
import { Partial } from '../../ui/states/Partial.tsx'
import { SkeletonFace } from '../../ui/states/Skeleton.tsx'
import { Stale } from '../../ui/states/Stale.tsx'
import { setTheme, useTheme, type ThemeChoice } from '../../ui/theme.ts'
import css from './ComponentsPage.module.css'
import { ExampleTable } from './ExampleTable.tsx'
import { useKeys } from '../../ui/keys.ts'

const evidence = [
  {
    kind: 'Mail',
    icon: Mail,
    date: '2 Oct',
    text: '“Our adjusters get blank pages. We can live with it for now.”',
  },
  {
    kind: 'Promise',
    icon: Handshake,
    date: '22 Sep',
    text: '“PDF export keeps photo links” promised for 30 Sep',
  },
  { kind: 'Call', icon: Phone, date: '29 Aug', text: 'Last word. Wrote every 9 days before.' },
  { kind: 'Person', icon: UserRound, date: '4 Sep', text: 'Active seats left their usual band' },
]

const seats = [32, 32, 33, 31, 31, 29, 27, 25, 24, 22, 21, 20, 19]
const weeks = seats.map((value, i) => ({ label: `W ${i + 30}`, value, usual: [28, 34] as const }))

const themes: Option<ThemeChoice>[] = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

/** Every component in every state. The one page with example values: all of them are invented. */
export function ComponentsPage() {
  const theme = useTheme()
  return (
    <div className={css.screen}>
      <Page
        title="Components"
        note="all names and values are invented"
        scroll
        actions={<Segmented label="Theme" options={themes} value={theme} onChange={setTheme} />}
      >
        <div className={css.sheet}>
          <Colour />
          <TypeScale />
          <Controls />
          <Meaning />
          <Cell title="Loading, over 300 ms">
            <p className={css.note}>Shape of the content, no spinner, no shimmer</p>
            <SkeletonFace rows={5} />
            <p className={css.note}>After 4 s: “Still reading 1.2M events. You can go on.”</p>
          </Cell>
          <EmptyStates />
          <Failures />
          <WhyExample />
          <CommandExample />
          <RowStates />
          <ToastAndConfirm />
          <MoreStates />
        </div>
        <Wide />
      </Page>
    </div>
  )
}

function Cell({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className={css.cell}>
      <h2 className={css.title}>{title}</h2>
      {children}
    </section>
  )
}

function Colour() {
  return (
    <Cell title="Colour">
      <Swatches theme="light" />
      <Swatches theme="dark" />
    </Cell>
  )
}

function Swatches({ theme }: { theme: 'light' | 'dark' }) {
  const rows = [
    ['paper', 'surface', 'hover', 'selected', 'line'],
    ['petrol', 'rust', 'ochre', 'plum', 'grey-300'],
  ]
  return (
    <div data-theme={theme} className={css.swatches}>
      {rows.map((row) => (
        <div key={row[0]}>
          <p className={css.note}>{row.join(', ').replace('grey-300', 'grey')}</p>
          <div className={css.swatchRow}>
            {row.map((name) => (
              <span key={name} className={css.swatch} style={{ background: `var(--${name})` }} />
            ))}
          </div>
        </div>
      ))}
    </div>
  )
}

function TypeScale() {
  const lines: [style: string, text: string, note: string][] = [
    ['reading', '$7,412', 'reading 22/28, 600'],
    ['heading', 'Harlow Collision', 'title 20/28, 600'],
    ['lead', '9 things worth doing', 'lead 14/22'],
    ['section', 'Why 34%', 'section 13/20, 600'],
    ['body', 'Promise is 15 days late', 'body 13/20'],
    ['small', '22 were re-dated', 'small 12/16'],
    ['micro', 'Data to 30 Sep 2026', 'micro 11.5/16'],
    ['body', '$1,111.00', ''],
    ['body', '$8,888.00', 'figures are tabular'],
  ]
  return (
    <Cell title="Type, Inter variable">
      {lines.map(([style, text, note]) => (
        <p key={text}>
          <span className={css[style]}>{text}</span> <span className={css.note}>{note}</span>
        </p>
      ))}
    </Cell>
  )
}

function Controls() {
  return (
    <Cell title="Controls">
      <div className={css.row}>
        <Button variant="primary" keys="enter">
          Primary
        </Button>
        <Button>Default</Button>
        <Button className={css.hover}>Hover</Button>
        <Button className={css.focus}>Focus</Button>
        <Button variant="quiet">Quiet</Button>
        <Button icon={Lock} disabledReason="Starts when all six have agreed">
          Disabled
        </Button>
      </div>
      <p className={css.note}>Field, focus, error</p>
      <div className={css.stack}>
        <Field label="Customer" hideLabel>
          {(control) => <TextInput {...control} placeholder="Find a customer" />}
        </Field>
        <Field label="Due" hideLabel error="That day does not exist. Try 28 Feb.">
          {(control) => <TextInput {...control} defaultValue="31 Feb" />}
        </Field>
      </div>
      <div className={css.row}>
        <Tag>neutral</Tag>
        <Tag tone="petrol">holds</Tag>
        <Tag tone="ochre">open</Tag>
        <Tag tone="rust">found</Tag>
        <Tag tone="unknown">unknown</Tag>
      </div>
      <p>
        Seats fell in six shops <EvidenceMark items={evidence} />
      </p>
    </Cell>
  )
}

function Meaning() {
  const marks: [mark: ReactNode, meaning: string, shape: string][] = [
    [<i key="m" className={css.disc} />, 'Moment met, promise kept', 'disc'],
    [<i key="m" className={css.diamond} />, 'Owed, late', 'filled diamond'],
    [<i key="m" className={css.openDiamond} />, 'Planned, soon', 'open diamond'],
    [<i key="m" className={css.dot} />, 'Not yet expected', 'dot'],
    [
      <Tag key="m" tone="unknown">
        47 d
      </Tag>,
      'Silent, unknown',
      'dashed',
    ],
    [
      <IntervalMark key="m" estimate={34} interval={[22, 48]} domain={[10, 60]} tone="rust" width={32} />,
      'Estimate',
      'dot in interval',
    ],
    [<span key="m">~</span>, 'Too few to judge, n under 20', 'no dot'],
  ]
  return (
    <Cell title="Meaning without colour">
      <ul>
        {marks.map(([mark, meaning, shape]) => (
          <li key={shape} className={css.meaning}>
            <span className={css.mark}>{mark}</span>
            <span>{meaning}</span>
            <span className={css.note}>{shape}</span>
          </li>
        ))}
      </ul>
    </Cell>
  )
}

function EmptyStates() {
  return (
    <Cell title="Empty">
      <Empty
        title="No promise is open for Harlow."
        text="Promises made in mail and calls appear here by themselves. You can also write one down."
        action={
          <Button icon={Handshake} keys="p">
            Write a promise
          </Button>
        }
      />
      <hr className={css.rule} />
      <Empty title="Today is clear." text="14 signals were read. None is worth your time." />
    </Cell>
  )
}

function Failures() {
  return (
    <Cell title="Error, partial, stale">
      <div className={css.stack}>
        <ErrorState
          title="Usage could not be read."
          text="The event source refused the key at 07:40. Last good reading: 14 Oct."
          actions={
            <>
              <Button>Try again</Button>
              <Button variant="quiet">Open source</Button>
            </>
          }
        />
        <Partial title="Partial: 38 of 42 seats reported." text="The interval is wider for that reason." />
        <Stale asOf="14 Oct">
          <span className={css.reading}>45%</span>
        </Stale>
      </div>
    </Cell>
  )
}

const why = {
  title: 'Usage adds 10.2 points',
  text: '31 to 19 of 42 seats in 8 weeks. Chains like this usually stay within 28 to 34.',
  evidence: <a href="#evidence">4 evidence</a>,
  change: 'if seats return: risk 24%',
}

function SeatsChart() {
  return (
    <LineWithBand
      finding="Seats fell from 31 to 19 in 8 weeks, below the usual 28 to 34"
      points={weeks}
      endLabel="19 seats"
      usualLabel="usual 28 to 34"
      height={96}
    />
  )
}

function WhyExample() {
  return (
    <Cell title="Why popover, on W or click">
      <div className={css.float}>
        <WhyBody {...why} chart={<SeatsChart />} />
      </div>
      <div className={css.row}>
        <Why {...why} chart={<SeatsChart />} trigger={<Button keys="w">Why 34%</Button>} />
      </div>
    </Cell>
  )
}

const commands: CommandItem[] = [
  { id: 'harlow', label: 'Harlow Collision Group', icon: Building2, kind: 'customer', run: () => {} },
  { id: 'pdf', label: 'PDF export keeps links', icon: Handshake, kind: 'promise', run: () => {} },
  { id: 'tom', label: 'Tom Whitaker', icon: UserRound, kind: 'person', run: () => {} },
  {
    id: 'call',
    label: 'Call Tom Whitaker',
    icon: Phone,
    kind: 'do',
    run: () => toast('Call with Tom Whitaker noted', () => toast('Taken back')),
  },
]

function CommandExample() {
  const [at, setAt] = useState(0)
  useCommands(commands)
  useKeys([{ key: 'mod+k', label: 'find or do', run: openCommandMenu, bar: 'left' }])
  return (
    <Cell title="Command menu">
      <div className={css.menu}>
        <p className={css.query}>har</p>
        <CommandList id="example" items={commands} current={at} onPoint={setAt} onRun={() => {}} />
      </div>
      <div className={css.row}>
        <Button keys="mod+k" onClick={openCommandMenu}>
          Find or do
        </Button>
        <Menu
          trigger={<Button>Menu</Button>}
          items={[
            { label: 'Move to another owner', keys: 'a', run: () => toast('Moved') },
            { label: 'Show all', icon: Layers, run: () => toast('Shown') },
            'separator',
            { label: 'Erase', danger: true, run: () => toast('Erased') },
          ]}
        />
      </div>
    </Cell>
  )
}

function RowStates() {
  return (
    <Cell title="Table row states">
      <List label="Row states">
        <ListRow end="rest">Cobalt Realty Partners</ListRow>
        <ListRow current end="focused">
          Cobalt Realty Partners
        </ListRow>
        <ListRow lead={<Checkbox label="Cobalt" hideLabel checked onChange={() => {}} />} end="selected">
          Cobalt Realty Partners
        </ListRow>
        <ListRow
          end={
            <>
              done, undo <Kbd keys="z" />
            </>
          }
        >
          <s className={css.note}>Call Tom Whitaker</s>
        </ListRow>
      </List>
    </Cell>
  )
}

function ToastAndConfirm() {
  const [asked, setAsked] = useState<'confirm' | 'dialog' | null>(null)
  const close = () => setAsked(null)
  return (
    <Cell title="Toast and confirm">
      <div className={css.stack}>
        <ToastFace text="Snoozed until Mon 19 Oct" undo={() => {}} />
        <div className={css.row}>
          <Button
            icon={CornerUpLeft}
            onClick={() => toast('Snoozed until Mon 19 Oct', () => toast('Snooze undone'))}
          >
            Snooze
          </Button>
          <Button onClick={() => setAsked('confirm')}>Mark broken</Button>
          <Button onClick={() => setAsked('dialog')}>New date</Button>
        </div>
      </div>
      <Confirm
        open={asked === 'confirm'}
        title="Mark the promise as broken?"
        text="Trust will be computed again. Tom Whitaker is not told by this."
        keep="Keep open"
        action="Mark broken"
        onConfirm={() => toast('Marked as broken')}
        onClose={close}
      />
      <Dialog
        open={asked === 'dialog'}
        onClose={close}
        title="New date"
        actions={
          <Button variant="primary" onClick={close}>
            Agree date
          </Button>
        }
      >
        <Field label="Date" hint="The customer is asked to confirm it.">
          {(control) => <TextInput {...control} defaultValue="30 Oct" />}
        </Field>
      </Dialog>
    </Cell>
  )
}

function MoreStates() {
  return (
    <Cell title="No permission, progress">
      <NoPermission
        title="Only admins see API keys."
        text="Ask an admin of this workspace: Maya Lindqvist."
      />
      <Progress label="Import" done={620} total={1386} text="620 of 1,386 rows checked" />
      <hr className={css.rule} />
      <Stepper label="Import" steps={['File', 'Columns', 'Check', 'Import']} current={2} onStep={() => {}} />
    </Cell>
  )
}

function Wide() {
  return (
    <>
      <Readings>
        <Reading
          label="Usage"
          value="45%"
          qualifier="19 of 42 weekly"
          reason={
            <>
              Fell 29 points in 8 weeks <EvidenceMark items={evidence} />
            </>
          }
          sparkline={
            <Sparkline values={seats} usual={[28, 34]} minSpan={10} label="Seats fell from 32 to 19" />
          }
        />
        <Reading
          label="Trust"
          value="0.58"
          qualifier="0.47 to 0.68"
          reason={<EvidenceMark items={[]} />}
          sparkline={<Sparkline values={[3, 4, 4, null, 5, 5, 6]} minSpan={8} label="No clear change" />}
        />
        <Reading
          label="Value delivered"
          value={null}
          reason="Proof needs 30 days of use"
          state="not enough data"
        />
        <Reading
          label="Voice"
          value="45%"
          reason="The mailbox was last read on 14 Oct"
          state="stale"
          asOf="14 Oct"
        />
        <Reading
          label="Renewal risk"
          value="34%"
          qualifier="22 to 48 · $13.1K at stake"
          reason="Up 11 points in 30 days"
          tone="rust"
        />
      </Readings>
      <div className={css.thirds}>
        <Region title="Why 34%" note="22 to 48, up 11 points in 30 days" line={false}>
          <RiskWaterfall size="compact" />
        </Region>
        <Region title="Why 34%" note="parts add up exactly" line={false}>
          <RiskWaterfall size="page" />
        </Region>
        <Region title="Timeline" line={false}>
          <Timeline label="Timeline">
            <TimelineItem
              icon={Mail}
              title="Dana Ruiz wrote"
              date="13 Oct"
              quote="“Any news on the PDFs? No rush I guess.”"
              effect="Hedged, 3rd time"
              effectTone="ochre"
            />
            <TimelineItem
              icon={Handshake}
              title="PDF export promise passed its date"
              date="30 Sep"
              effect={'Risk +5.1, trust \u22120.06'}
              effectTone="rust"
            />
          </Timeline>
        </Region>
        <FormParts />
      </div>
      <ExampleTable />
    </>
  )
}

function RiskWaterfall({ size }: { size: 'compact' | 'page' }) {
  const details = size === 'page'
  const part = (label: string, detail: string, value: number) =>
    details ? { label, detail, value } : { label: `${label}: ${detail}`, value }
  return (
    <Waterfall
      size={size}
      label={details ? 'Risk of not renewing' : 'Risk of not renewing, %'}
      unit={details ? '%' : ''}
      base={{ label: 'Segment base rate', value: 14.0 }}
      parts={[
        part('Usage', '31 to 19 of 42 seats', 10.2),
        part('Voice', 'COO silent 47 days', 7.4),
        part('Promise', '15 days late', 5.1),
        part('Trust', 'two early failures', 3.6),
        part('Value', '2.3\u00d7 price', -4.1),
        part('Tenure', '21 months', -2.2),
      ]}
      total={34.0}
      interval={[22, 48]}
    />
  )
}

const segments: Option[] = [
  { value: 'auto', label: 'Auto body' },
  { value: 'insurance', label: 'Insurance' },
  { value: 'construction', label: 'Construction' },
]

function FormParts() {
  const [segment, setSegment] = useState('auto')
  const [customer, setCustomer] = useState<Option | null>(null)
  const [file, setFile] = useState<File | null>(null)
  const [watched, setWatched] = useState(true)
  const [told, setTold] = useState(false)
  const [view, setView] = useState('mine')
  const [note, setNote] = useState('Ask about the new COO')
  return (
    <Region title="Forms and filters" line={false}>
      <div className={css.stack}>
        <ViewTabs
          label="Views"
          current={view}
          onChange={setView}
          onSave={() => toast('View saved')}
          tabs={[
            { id: 'mine', label: 'Mine', count: 48, unsaved: true },
            { id: 'all', label: 'All customers', count: 1386, icon: Layers },
          ]}
        />
        <div className={css.row}>
          <FilterToken
            field={{ label: 'Owner' }}
            operator={{ label: 'is', choices: [{ label: 'is not', run: () => {} }] }}
            value={{ label: 'Maya Lindqvist' }}
            onRemove={() => toast('Filter removed')}
          />
        </div>
        <Field label="Segment">
          {(control) => <Select {...control} options={segments} value={segment} onChange={setSegment} />}
        </Field>
        <Field label="Find a segment">
          {(control) => (
            <Combobox
              {...control}
              options={segments}
              value={customer}
              onChange={setCustomer}
              placeholder="Type a name"
            />
          )}
        </Field>
        <Checkbox label="The customer was told" checked={told} onChange={setTold} />
        <Switch label="Watch this customer" checked={watched} onChange={setWatched} />
        <FileDrop
          hint="CSV or Excel, up to 200 MB"
          file={file}
          onFiles={([first]) => setFile(first)}
          accept=".csv,.xlsx"
        />
        <DescriptionList
          items={[
            { term: 'Owner', value: 'Maya Lindqvist' },
            { term: 'Note', value: <InlineEdit label="Note" value={note} onSave={setNote} /> },
            {
              term: 'People',
              value: (
                <>
                  <Avatar name="Tom Whitaker" tone="rust" /> <Avatar name="Dana Ruiz" tone="petrol" />
                </>
              ),
            },
          ]}
        />
      </div>
    </Region>
  )
}
