/** What a test looks for: a difference either way, or the first group below or above the second. */
export type Alternative = 'two_sided' | 'less' | 'greater'
