/**
 * Trust of a customer after an experience, 0 to 1. It moves by the difference between what was experienced and what was
 * expected, fast at first and slowly later, and a loss moves it 2.25 times as far as a gain.
 *
 * @param experience -1 (let down) to 1 (delighted); 0 is what was expected
 */
export function learnTrust(trust: number, experience: number, weeksAsCustomer: number): number {
  const rate = 0.02 + 0.1 / (1 + weeksAsCustomer / 13)
  const felt = experience < 0 ? 2.25 * experience : experience
  const room = felt < 0 ? trust : 1 - trust
  return Math.min(1, Math.max(0, trust + rate * felt * room * 2))
}
