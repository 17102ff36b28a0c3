import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from '../../../ui/controls/Button.tsx'
import { Alone } from '../../../ui/layout/Alone.tsx'
import css from './team.module.css'
import { words } from './words.ts'

/** What to do right after first run. */
export function WelcomePage() {
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
      </ul>
      <p className={css.quiet}>{words('later')}</p>
      <p className={css.after}>
        <Link to="/">{words('toToday')}</Link>
      </p>
    </Alone>
  )
}
