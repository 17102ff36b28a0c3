import {
  Activity,
  Armchair,
  Building2,
  CalendarClock,
  ChartSpline,
  CircleDot,
  FileText,
  LifeBuoy,
  ListTodo,
  MoonStar,
  Receipt,
  Sprout,
  SquareCheck,
  type LucideIcon,
} from 'lucide-react'

const byRule: Readonly<Record<string, LucideIcon>> = {
  renewal_near: CalendarClock,
  usage_out_of_band: Activity,
  usage_stopped: MoonStar,
  early_use_low: Sprout,
  few_seats_used: Armchair,
  severe_ticket_open: LifeBuoy,
  task_due: SquareCheck,
}
const byKind: Readonly<Record<string, LucideIcon>> = {
  subscription: FileText,
  invoice: Receipt,
  account: Building2,
  ticket: LifeBuoy,
  usage: Activity,
  task: SquareCheck,
  risk_model: ChartSpline,
}

export const ruleIcon = (code: string): LucideIcon => byRule[code] ?? ListTodo
export const evidenceIcon = (kind: string): LucideIcon => byKind[kind] ?? CircleDot
