import { WelcomePage } from '../../domains/team/ui/WelcomePage.tsx'
import { SampleOffer } from '../../sample/ui/SampleOffer.tsx'

/** Right after first run: own files, or the sample company. */
export const Welcome = () => <WelcomePage other={<SampleOffer />} />
