import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { Alone } from '../../../ui/layout/Alone.tsx'
import css from './team.module.css'
import { words } from './words.ts'

/** What to do right after first run. `other` is a way to begin without files of one's own. */
export function WelcomePage({ other }: { other: ReactNode }) {
  const navigate = useNavigate()
  return (
    <Alone title={words('welcomeTitle')} lead={<p>{words('welcomeText')}</p>}>
      <ul className={css.ways}>
        <li>
          <Button variant="primary" onClick={() => void navigate({ to: '/import' })}>
            {words('importFiles')}
          </Button>
          <p>{words('importText')}</p>
        </li>
        <li>{other}</li>
      </ul>
      <p className={css.after}>
        <Link to="/">{words('toToday')}</Link>
      </p>
    </Alone>
  )
}
