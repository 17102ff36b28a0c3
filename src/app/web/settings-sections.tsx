import { lazy, type ComponentType } from 'react'
import type { Role } from '../../platform/auth/roles.ts'
import type { Session } from '../../ui/api/session.ts'
import { words } from './web-words.ts'

type Part = ComponentType<{ session: Session }>

export interface SettingsSection {
  /** The last part of its address. */
  id: string
  label: string
  /** The least role that may see it. */
  needs: Role
  parts: readonly Part[]
}

const part = (load: () => Promise<Part>): Part => lazy(async () => ({ default: await load() }))

/** The sections of the settings, in order: what is one's own first, then what everybody shares. */
export const settingsSections: readonly SettingsSection[] = [
  {
    id: 'profile',
    label: words('profile'),
    needs: 'viewer',
    parts: [
      part(async () => (await import('../../domains/team/ui/ProfileRegions.tsx')).ProfileRegion),
      part(async () => (await import('./SessionRegion.tsx')).SessionRegion),
      part(async () => (await import('../../domains/team/ui/ProfileRegions.tsx')).PasswordRegion),
    ],
  },
  {
    id: 'appearance',
    label: words('appearance'),
    needs: 'viewer',
    parts: [
      part(async () => (await import('./AppearanceRegions.tsx')).LookRegion),
      part(async () => (await import('./AppearanceRegions.tsx')).KeysRegion),
    ],
  },
  {
    id: 'workspace',
    label: words('workspace'),
    needs: 'viewer',
    parts: [
      part(async () => (await import('../../domains/team/ui/WorkspaceRegion.tsx')).WorkspaceRegion),
      part(async () => (await import('../../domains/revenue/ui/ChurnRuleRegion.tsx')).ChurnRuleRegion),
      part(
        async () => (await import('../../domains/revenue/ui/ExchangeRatesRegion.tsx')).ExchangeRatesRegion,
      ),
    ],
  },
  {
    id: 'team',
    label: words('team'),
    needs: 'viewer',
    parts: [
      part(async () => (await import('../../domains/team/ui/MembersRegion.tsx')).MembersRegion),
      part(async () => (await import('../../domains/team/ui/InvitationsRegion.tsx')).InvitationsRegion),
    ],
  },
  {
    id: 'rules',
    label: words('rules'),
    needs: 'viewer',
    parts: [part(async () => (await import('../../domains/today/ui/RulesRegion.tsx')).RulesRegion)],
  },
  {
    id: 'features',
    label: words('features'),
    needs: 'viewer',
    parts: [part(async () => (await import('../../domains/usage/ui/FeaturesRegion.tsx')).FeaturesRegion)],
  },
  {
    id: 'keys',
    label: words('apiKeys'),
    needs: 'admin',
    parts: [part(async () => (await import('../../domains/team/ui/KeysRegion.tsx')).KeysRegion)],
  },
  {
    id: 'write-keys',
    label: words('writeKeys'),
    needs: 'admin',
    parts: [part(async () => (await import('../../domains/events/ui/WriteKeysRegion.tsx')).WriteKeysRegion)],
  },
  {
    id: 'audit',
    label: words('audit'),
    needs: 'admin',
    parts: [
      part(async () => {
        const [{ AuditRegion }, { auditSentence }] = await Promise.all([
          import('../../domains/team/ui/AuditRegion.tsx'),
          import('./audit-words.ts'),
        ])
        return ({ session }) => <AuditRegion session={session} sentence={auditSentence} />
      }),
    ],
  },
]
