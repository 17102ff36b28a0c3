import { ImportsPage } from '../../domains/imports/ui/ImportsPage.tsx'
import { SampleRegion } from '../../sample/ui/SampleOffer.tsx'

/** Files of one's own, and beside them the sample company. */
export const Imports = () => <ImportsPage aside={<SampleRegion />} />
