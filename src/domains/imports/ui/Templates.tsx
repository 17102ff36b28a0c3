import { useState } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { Region } from '../../../ui/layout/Region.tsx'
import { Confirm } from '../../../ui/overlays/Confirm.tsx'
import { kindLabel } from './describe.ts'
import css from './imports.module.css'
import { useDeleteTemplate, useKinds, useTemplates, type Template } from './queries.ts'
import { words } from './words.ts'

/** Ways of reading that were saved under a name, where there are any. */
export function Templates() {
  const templates = useTemplates().data ?? []
  const kinds = useKinds().data
  const remove = useDeleteTemplate()
  const [asked, setAsked] = useState<Template | null>(null)
  if (templates.length === 0) return null
  return (
    <Region title={words('templates')} note={words('templatesNote')} line={false}>
      <ul className={css.templates}>
        {templates.map((template) => (
          <li key={template.id} className={css.template}>
            <span className={css.name}>{template.name}</span>
            <span className={css.quiet}>
              {words('templateSays', {
                kind: kindLabel(kinds, template.kind),
                columns: template.header.length,
              })}
            </span>
            <Button
              variant="quiet"
              size="row"
              aria-label={words('templateDeleteOf', { name: template.name })}
              onClick={() => setAsked(template)}
            >
              {words('templateDelete')}
            </Button>
          </li>
        ))}
      </ul>
      <Confirm
        open={asked !== null}
        title={words('templateDeleteTitle', { name: asked?.name ?? '' })}
        text={words('templateDeleteText')}
        action={words('templateDelete')}
        keep={words('templateKeep')}
        onConfirm={() => asked && remove.mutate(asked)}
        onClose={() => setAsked(null)}
      />
    </Region>
  )
}
