/** Says a result to screen readers through the live region of the shell. */
export function announce(message: string): void {
  const region = document.getElementById(liveRegionId)
  if (!region) return
  region.textContent = ''
  requestAnimationFrame(() => (region.textContent = message))
}

export const liveRegionId = 'live-region'
