import { Link } from '@tanstack/react-router'
import { Alone } from '../../../ui/layout/Alone.tsx'
import css from './team.module.css'
import { words } from './words.ts'

/** What to do right after first run. */
export function WelcomePage() {
  return (
    <Alone title={words('welcomeTitle')} lead={<p>{words('welcomeText')}</p>}>
      <ul className={css.ways}>
        <li>
          <Link to="/import" className={css.way}>
            {words('importFiles')}
          </Link>
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
